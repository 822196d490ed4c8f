#!/usr/bin/env bash
# A throw-away PostgreSQL on loopback, its durability off: for tests.
#   postgres.sh start DIR   starts one in DIR and prints its address
#   postgres.sh stop DIR    stops it and removes what it wrote
#   postgres.sh halt DIR    stops it as a crash would; again DIR starts it at the same address
#   postgres.sh hold DIR    start, then stop as soon as standard input ends (whoever holds the other end died or is done)
# Works as root too: the server itself then runs as nobody. POSTGRES_FSYNC=on keeps durability.
set -euo pipefail
action=$1
folder=$2

programs=$(dirname "$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1 || true)")
if [ ! -x "$programs/initdb" ]; then
    echo "no PostgreSQL: neither initdb in PATH nor /usr/lib/postgresql/*/bin/initdb (apt-get install postgresql)" >&2
    exit 3
fi
as=()
if [ "$(id -u)" = 0 ]; then
    as=(setpriv "--reuid=nobody" "--regid=$(id -g nobody)" --clear-groups env HOME=/)
fi

start() {
    mkdir -p "$folder"
    if [ "$(id -u)" = 0 ]; then chown nobody "$folder"; fi
    chmod 700 "$folder"
    cd "$folder"
    "${as[@]}" "$programs/initdb" -D "$folder/data" -U agency -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    local port
    # A free port may be gone by the time it is used.
    for _ in 1 2 3 4 5; do
        port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        if "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -w -t 30 -l "$folder/data/log" \
            -o "-h 127.0.0.1 -p $port -k '' -c fsync=${POSTGRES_FSYNC:-off} -c max_connections=400 -c shared_buffers=32MB" \
            start >/dev/null 2>&1; then
            echo "postgres://agency@127.0.0.1:$port/postgres"
            return
        fi
    done
    echo "PostgreSQL did not start; see $folder/data/log" >&2
    exit 4
}

stop() {
    "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder/data"
}

case $action in
start) start ;;
stop) stop ;;
halt) "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null ;;
again) "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -w -t 30 -l "$folder/data/log" restart >/dev/null 2>&1 ;;
hold)
    trap 'stop; rmdir "$folder" 2>/dev/null || true' EXIT
    # Ctrl-C goes to the whole group: the one who holds standard input decides.
    trap '' INT
    start
    cat >/dev/null
    ;;
*)
    echo "postgres.sh start|stop|halt|again|hold DIR" >&2
    exit 2
    ;;
esac
