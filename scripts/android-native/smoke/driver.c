// Drives the phone's library as the bindings do, without a virtual machine: opens a vault, records nothing for a moment, and misuses it.
// Prints one line a fact; exits 1 at the first that is not so. Usage: driver LIBRARY FOLDER VERSION

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// As uniffi passes bytes and outcomes.
typedef struct {
    uint64_t capacity, length;
    uint8_t *data;
} Buffer;
typedef struct {
    int32_t length;
    const uint8_t *data;
} Bytes;
typedef struct {
    int8_t code;
    Buffer error;
} Outcome;

enum { DONE = 0, ERROR = 1, PANIC = 2 };

static void *library;
static void *symbol(const char *name) {
    void *found = dlsym(library, name);
    if (!found) {
        printf("failed: the library has no %s\n", name);
        exit(1);
    }
    return found;
}

static void hold(int is_so, const char *fact, const Outcome *outcome) {
    if (is_so) {
        printf("passed: %s\n", fact);
        return;
    }
    printf("failed: %s (code %d, %llu bytes:", fact, outcome->code, (unsigned long long)outcome->error.length);
    for (uint64_t i = 0; outcome->code && i < outcome->error.length && i < 200; i++) {
        uint8_t byte = outcome->error.data[i];
        printf(byte >= ' ' && byte < 127 ? "%c" : " %02x", byte);
    }
    printf(")\n");
    exit(1);
}

static Buffer buffer(const uint8_t *data, size_t length) {
    static Buffer (*from_bytes)(Bytes, Outcome *);
    if (!from_bytes) from_bytes = (Buffer(*)(Bytes, Outcome *))symbol("ffi_quanji_core_rustbuffer_from_bytes");
    Outcome outcome = {0};
    return from_bytes((Bytes){(int32_t)length, data}, &outcome);
}

// Numbers cross big-endian.
typedef struct {
    uint8_t bytes[4096];
    size_t length;
} Writer;
static void put(Writer *w, uint64_t value, int bytes) {
    while (bytes--) w->bytes[w->length++] = (uint8_t)(value >> (8 * bytes));
}
static void put_text(Writer *w, const char *text) {
    put(w, strlen(text), 4);
    memcpy(w->bytes + w->length, text, strlen(text));
    w->length += strlen(text);
}
static uint64_t number(const uint8_t *data, int bytes) {
    uint64_t value = 0;
    while (bytes--) value = value << 8 | *data++;
    return value;
}

// The keeper of secrets that a phone gives: names and values in memory.
static struct {
    char name[64];
    uint8_t value[256];
    size_t length;
} secrets[16];
static int kept;

static int find(Buffer name) {
    for (int i = 0; i < kept; i++)
        if (strlen(secrets[i].name) == name.length && !memcmp(secrets[i].name, name.data, name.length)) return i;
    return -1;
}
static void secrets_free(uint64_t handle) { (void)handle; }
static uint64_t secrets_clone(uint64_t handle) { return handle; }
static void secrets_read(uint64_t handle, Buffer name, Buffer *out, Outcome *outcome) {
    (void)handle;
    Writer w = {0};
    int i = find(name);
    put(&w, i >= 0, 1);
    if (i >= 0) {
        put(&w, secrets[i].length, 4);
        memcpy(w.bytes + w.length, secrets[i].value, secrets[i].length);
        w.length += secrets[i].length;
    }
    *out = buffer(w.bytes, w.length);
    outcome->code = DONE;
}
static void secrets_keep(uint64_t handle, Buffer name, Buffer secret, void *out, Outcome *outcome) {
    (void)handle, (void)out;
    int i = find(name);
    if (i < 0) i = kept++;
    memcpy(secrets[i].name, name.data, name.length);
    secrets[i].name[name.length] = 0;
    secrets[i].length = number(secret.data, 4);
    memcpy(secrets[i].value, secret.data + 4, secrets[i].length);
    outcome->code = DONE;
}
static void secrets_destroy(uint64_t handle, Buffer name, void *out, Outcome *outcome) {
    (void)handle, (void)out;
    int i = find(name);
    if (i >= 0) secrets[i] = secrets[--kept];
    outcome->code = DONE;
}
static const struct {
    void (*free)(uint64_t);
    uint64_t (*clone)(uint64_t);
    void (*read)(uint64_t, Buffer, Buffer *, Outcome *);
    void (*keep)(uint64_t, Buffer, Buffer, void *, Outcome *);
    void (*destroy)(uint64_t, Buffer, void *, Outcome *);
} secrets_table = {secrets_free, secrets_clone, secrets_read, secrets_keep, secrets_destroy};

static uint64_t opened(const char *folder, Outcome *outcome) {
    uint64_t (*open)(Buffer, Outcome *) = (uint64_t(*)(Buffer, Outcome *))symbol("uniffi_quanji_core_fn_constructor_core_open");
    Writer phone = {0};
    put_text(&phone, folder);
    put(&phone, 1, 8); // the keeper of secrets; a foreign handle is odd
    put(&phone, 7, 8); // boot count
    put(&phone, 0, 1); // no clock: the machine's own
    put_text(&phone, "quanji");
    put_text(&phone, "0.1.0");
    put(&phone, 0, 1); // no practice
    put(&phone, 0, 1); // no certificates: it meets no server
    put(&phone, 0, 1); // no key in hardware
    *outcome = (Outcome){0};
    return open(buffer(phone.bytes, phone.length), outcome);
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    library = dlopen(arguments[1], RTLD_NOW);
    if (!library) {
        printf("failed: %s\n", dlerror());
        return 1;
    }
    Outcome outcome = {0};
    Buffer (*version)(Outcome *) = (Buffer(*)(Outcome *))symbol("uniffi_quanji_core_fn_func_core_version");
    Buffer said = version(&outcome);
    hold(outcome.code == DONE && said.length == strlen(arguments[3]) && !memcmp(said.data, arguments[3], said.length), "the core says its version", &outcome);

    ((void (*)(const void *))symbol("uniffi_quanji_core_fn_init_callback_vtable_secrets"))(&secrets_table);
    uint64_t core = opened(arguments[2], &outcome);
    hold(outcome.code == DONE && core, "a vault is made: keys drawn, secrets kept by the caller, index opened", &outcome);
    hold(kept > 0, "secrets were given to the caller to keep", &outcome);

    uint64_t (*clone)(uint64_t, Outcome *) = (uint64_t(*)(uint64_t, Outcome *))symbol("uniffi_quanji_core_fn_clone_core");
    void (*let_go)(uint64_t, Outcome *) = (void (*)(uint64_t, Outcome *))symbol("uniffi_quanji_core_fn_free_core");
    Buffer (*begin)(uint64_t, Buffer, Outcome *) = (Buffer(*)(uint64_t, Buffer, Outcome *))symbol("uniffi_quanji_core_fn_method_core_begin");
    Buffer (*end)(uint64_t, Buffer, Buffer, Outcome *) = (Buffer(*)(uint64_t, Buffer, Buffer, Outcome *))symbol("uniffi_quanji_core_fn_method_core_end");

    // An enumeration with a value that no version has: the conversion panics, and the panic must be unwound and caught.
    Writer nonsense = {0};
    put(&nonsense, 999, 4);
    begin(clone(core, &outcome), buffer(nonsense.bytes, nonsense.length), &outcome);
    hold(outcome.code == PANIC, "a panic is unwound and caught at the border", &outcome);

    Writer emergency = {0};
    put(&emergency, 2, 4); // Started::Emergency
    outcome = (Outcome){0};
    Buffer begun = begin(clone(core, &outcome), buffer(emergency.bytes, emergency.length), &outcome);
    hold(outcome.code == DONE && begun.length > 36, "a record begins: its first line is signed and durable", &outcome);
    char record[33] = {0};
    memcpy(record, begun.data + 4, 32);

    outcome = (Outcome){0};
    begin(clone(core, &outcome), buffer(emergency.bytes, emergency.length), &outcome);
    hold(outcome.code == ERROR, "a second record at the same time is a typed error", &outcome);

    Writer nobody = {0}, how = {0};
    put(&nobody, 0, 1);
    put(&how, 1, 4);
    outcome = (Outcome){0};
    end(clone(core, &outcome), buffer(nobody.bytes, nobody.length), buffer(how.bytes, how.length), &outcome);
    hold(outcome.code == DONE, "it ends and is sealed", &outcome);

    let_go(core, &outcome);
    core = opened(arguments[2], &outcome);
    hold(outcome.code == DONE && core, "the vault opens again with the secrets kept", &outcome);
    let_go(core, &outcome);
    printf("record %s\n", record);
    return 0;
}
