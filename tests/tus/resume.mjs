// tus-js-client, as anyone would use it: announces a file, is cut in the middle of its body, and goes on from what the agency kept.
// Environment: AGENCY (http://…), TOKEN, FILE, DIGEST. Prints `cut at N of M, then whole`.
import { readFileSync } from 'node:fs'
import { Upload } from 'tus-js-client'

const { AGENCY, TOKEN, FILE, DIGEST } = process.env
const content = readFileSync(FILE)
const options = {
  endpoint: `${AGENCY}/v1/files`,
  headers: { Authorization: `Bearer ${TOKEN}` },
  metadata: { digest: DIGEST },
  retryDelays: [0, 100, 300, 1000, 3000],
}

// The connection is torn once so much was handed to it.
const url = await new Promise((resolve, reject) => {
  const upload = new Upload(content, {
    ...options,
    retryDelays: null,
    onProgress: (sent) => {
      if (sent > content.length / 3 && sent < content.length) upload.abort().then(() => resolve(upload.url), reject)
    },
    onError: reject,
    onSuccess: () => reject(new Error('it was whole before it could be cut')),
  })
  upload.start()
})

let first
await new Promise((resolve, reject) => {
  const upload = new Upload(content, {
    ...options,
    uploadUrl: url,
    onProgress: (sent) => { first ??= sent },
    onError: reject,
    onSuccess: resolve,
  })
  upload.start()
})
console.log(`cut at ${first} of ${content.length}, then whole`)
