#!/bin/sh
# Puts the secrets of deploy/make-secrets.sh into a cluster: what the control plane is given, and what runtimes are.
# Before: write PostgreSQL's address into secrets/database-url. The runtimes' token is made later, by the control
# plane, and kept as secrets/runtime-token; run this again then.
set -eu

directory="${1:-secrets}"
namespace="${2:-holdfast}"

apply() {
	kubectl apply --filename -
}

apply_secret() {
	name="$1"
	shift
	for key in "$@"; do
		set -- "$@" "--from-file=$directory/$key"
		shift
	done
	kubectl --namespace "$namespace" create secret generic "$name" "$@" --dry-run=client --output yaml | apply
}

kubectl create namespace "$namespace" --dry-run=client --output yaml | apply
apply_secret holdfast-control database-url master-key runtime-secret ops-token
if [ -s "$directory/runtime-token" ]; then
	apply_secret holdfast-runtime runtime-token runtime-secret ops-token
else
	echo "no $directory/runtime-token yet: holdfast tokens create --name runtimes --role runtime --all-apps"
fi
