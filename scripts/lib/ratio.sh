# How fast this machine is, and one command against another, in turns, so that other load on the machine meets both alike.
# To be sourced after progress.sh.

# SHA-256 of this machine's OpenSSL on one core, MiB/s over 16 KiB blocks, measured for a second.
sha256_rate_mib_s() { openssl_rate_mib_s sha256; }

openssl_rate_mib_s() {
    # The last line is "name  123456.78k": thousands of bytes a second.
    openssl speed -seconds 1 -bytes 16384 -evp "$1" 2>/dev/null |
        awk 'END {rate = $NF; if (sub(/k$/, "", rate) && rate > 0) printf "%d", rate * 1000 / 1048576; else exit 1}'
}

machine_line() {
    printf 'bench machine: %s cores, SHA-256 %s MiB/s, AES-256-GCM %s MiB/s (openssl, one core, 1 s each)\n' \
        "$(nproc)" "$(sha256_rate_mib_s)" "$(openssl_rate_mib_s aes-256-gcm)"
}

# The seconds a command takes: wall, user, system. What it prints is thrown away; whether it failed is not.
timed() {
    local TIMEFORMAT='%3R %3U %3S'
    { time "$@" >/dev/null 2>&1; } 2>&1
}

# The median of the numbers on standard input, one a line.
median() { sort -g | awk '{a[NR] = $1} END {if (!NR) exit 1; print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2}'; }

# Runs two commands (names of functions without arguments) in turns and prints the median of the ratios of their times, A over B.
# Arguments: wall|cpu, rounds, A, B
interleaved_ratio() {
    local what=$1 rounds=$2 a=$3 b=$4 round time_a time_b
    case "$what" in wall | cpu) ;; *) die "interleaved_ratio: wall or cpu, not $what" ;; esac
    for ((round = 0; round < rounds; round++)); do
        # A command that fails has no time.
        time_a=$(timed "$a") || exit 1
        time_b=$(timed "$b") || exit 1
        printf '%s %s\n' "$time_a" "$time_b"
    done | awk -v what="$what" '{a = what == "wall" ? $1 : $2 + $3; b = what == "wall" ? $4 : $5 + $6; if (b <= 0) exit 1; print a / b}' | median
}
