#!/bin/sh
# Builds both images, grille and grille-redirect, with buildah: deploy/docker/build.sh [--standin] [REGISTRY]
#
# REGISTRY (localhost) comes before their names, and the version behind. With --standin the base image is made here, of a Debian
# root by mmdebstrap and the Python that runs (3.13, or the tree in PYTHON_TREE), for where no registry can be reached.
# BUILDAH_OPTIONS are for buildah itself (--root, --storage-driver, ...). pip and apt of the build see this machine's
# configuration of theirs.
set -eu
cd "$(dirname "$0")/../.."
base=docker.io/library/python:3.13-slim-bookworm
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
buildah() { command buildah ${BUILDAH_OPTIONS:-} "$@"; }

if [ "${1:-}" = --standin ]; then
  shift
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mmdebstrap --quiet --variant=minbase --include=ca-certificates,libssl3,libffi8,zlib1g,libbz2-1.0,liblzma5,libsqlite3-0,libreadline8,libgomp1,libstdc++6 bookworm "$work/base.tar"
  cp -a "${PYTHON_TREE:-$(python3.13 -c 'import sys; print(sys.base_prefix)')}" "$work/python"
  cp deploy/docker/Dockerfile.standin "$work"
  buildah bud --isolation chroot -f "$work/Dockerfile.standin" -t "$base" "$work"
fi

set -- "${1:-localhost}"
shared="--isolation chroot --pull-never --volume /etc/ssl/certs:/etc/ssl/certs:ro --env PIP_CERT=/etc/ssl/certs/ca-certificates.crt"
for file in /etc/pip.conf /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d; do
  if [ -e "$file" ]; then shared="$shared --volume $file:$file:ro"; fi
done
# shellcheck disable=SC2086  # they are words
buildah bud $shared -f deploy/docker/Dockerfile -t "$1/grille:$version" .
# shellcheck disable=SC2086
buildah bud $shared -f deploy/docker/Dockerfile -t "$1/grille-redirect:$version" --target redirect .
buildah images | grep "$1/grille"
