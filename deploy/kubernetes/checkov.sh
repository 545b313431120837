#!/bin/sh
# Renders everything that ships for Kubernetes and holds it to checkov's rules: deploy/kubernetes/checkov.sh. Needs kubectl (or kustomize),
# helm and checkov (`uvx checkov`, or CHECKOV="uvx checkov" to run it so); nothing is asked of a cluster or of the net.
set -eu
cd "$(dirname "$0")"
rendered=$(mktemp -d)
trap 'rm -rf "$rendered"' EXIT
build() { if command -v kubectl >/dev/null; then kubectl kustomize "$1"; else kustomize build "$1"; fi; }

for folder in overlays/*/ webhook/ cni/; do
  build "$folder" >"$rendered/$(echo "$folder" | tr / -).yaml"
done
helm template grille chart --namespace grille --set-file policy.text=base/policy.yaml >"$rendered/chart.yaml"
for file in admission/*.yaml network/*.yaml; do cp "$file" "$rendered/$(echo "$file" | tr / -)"; done
${CHECKOV:-checkov} --directory "$rendered" --framework kubernetes --config-file checkov.yaml --compact --quiet --skip-download
echo "checkov: nothing more to say about $(ls "$rendered" | wc -l) files"
