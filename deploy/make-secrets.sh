#!/bin/sh
# Makes the secrets that compose.yaml and deploy/ mount, each once: what is there stays. Keep a copy of master-key and
# runtime-secret in another place than the database's backups.
set -eu

directory="${1:-secrets}"
# Closed to others here; the files themselves can be read by the containers' users.
mkdir -p "$directory"
chmod 700 "$directory"

make_secret() {
	[ -s "$directory/$1" ] && return
	printf '%s\n' "$2" >"$directory/.$1.tmp"
	chmod 444 "$directory/.$1.tmp"
	mv "$directory/.$1.tmp" "$directory/$1"
	echo "made $directory/$1"
}

make_secret database-password "$(openssl rand -hex 24)"
make_secret database-url "postgres://holdfast:$(cat "$directory/database-password")@postgres:5432/holdfast"
make_secret master-key "$(openssl rand -base64 32)"
make_secret runtime-secret "$(openssl rand -base64 32)"
make_secret ops-token "$(openssl rand -hex 24)"
