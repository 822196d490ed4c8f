// What a shared library begins with on Android: its handle, the running of its exit handlers when it is unloaded, and the note that
// says which API it was built for.

extern void __cxa_finalize(void *);

__attribute__((visibility("hidden"))) void *__dso_handle = &__dso_handle;

__attribute__((destructor)) static void run_exit_handlers(void) { __cxa_finalize(&__dso_handle); }

__asm__(
    ".section .note.android.ident,\"a\",%note\n"
    ".balign 4\n"
    ".4byte 8\n"  // length of the name
    ".4byte 4\n"  // length of what follows it
    ".4byte 1\n"  // kind: the API level
    ".ascii \"Android\\0\"\n"
    ".4byte 26\n"
    ".previous\n");
