#!/usr/bin/env python3
"""One request to an S3 store on loopback, signed as S3 asks (AWS Signature Version 4), by nothing of ours: for tests.

Usage: s3_request.py METHOD URL [-H NAME:VALUE]... [--body TEXT]. Key and secret are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
Prints the status, then the answer.
"""

import argparse
import datetime
import hashlib
import hmac
import http.client
import os
import urllib.parse

REGION = os.environ.get("AWS_REGION", "us-east-1")


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signed(method, url, headers, body):
    at = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(body).hexdigest()
    headers = {name.lower(): value for name, value in headers.items()}
    headers |= {"host": url.netloc, "x-amz-date": at, "x-amz-content-sha256": digest}
    pairs = sorted(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
    quote = lambda text: urllib.parse.quote(text, safe="-_.~")
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    request = "\n".join([method, url.path or "/", query, lines, names, digest])
    scope = f"{at[:8]}/{REGION}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", at, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in (at[:8], REGION, "s3", "aws4_request"):
        key = mac(key, part)
    who = f"Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
    headers["authorization"] = f"AWS4-HMAC-SHA256 {who}, SignedHeaders={names}, Signature={mac(key, text).hex()}"
    return headers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("method")
    parser.add_argument("url")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("--body", default="")
    said = parser.parse_args()
    url, body = urllib.parse.urlsplit(said.url), said.body.encode()
    headers = dict(header.split(":", 1) for header in said.headers)
    connection = http.client.HTTPConnection(url.netloc, timeout=30)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    connection.request(said.method, target, body, signed(said.method, url, headers, body))
    answer = connection.getresponse()
    print(answer.status)
    print(answer.read().decode(errors="replace"))


main()
