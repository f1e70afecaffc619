// The Kubernetes provider's own main embeds two files that its build generates and its module does not hold. This one
// embeds the files that they are generated from, which tools/routes/build-route.ts copies here from the module's
// folder (the schema with its version set) into a copy of this folder, so this folder alone does not build.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

// Set by the linker; the schema says the same version.
var version = "0.0.0"

func main() {
	provider.Serve("kubernetes", version, schema, terraformMapping)
}
