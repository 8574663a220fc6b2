// Empty: its presence lets the package declare functions without a body, which
// the linker takes from the runtime (see clock_linux.go).
