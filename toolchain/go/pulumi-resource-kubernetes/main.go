// Command pulumi-resource-kubernetes is Pulumi's Kubernetes provider. Its own main package embeds files that a code
// generator leaves beside it; this one embeds the files the generator starts from, which the module carries. They are
// copied beside this file before the build.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
