// Command pulumi-resource-kafka is the Kafka provider plugin, bridged from the same Terraform provider and
// with the same names as the published one. It is built only if the published one cannot be downloaded.
// It contains only what the engine needs at run time: no documentation, no generated SDKs.
package main

import (
	"fmt"

	"github.com/Mongey/terraform-provider-kafka/kafka"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// version is the plugin's version, set by the build: -ldflags "-X main.version=3.13.2".
var version string

func token(module, name string) tokens.Type {
	return tokens.Type(fmt.Sprintf("kafka:index/%s:%s", module, name))
}

func main() {
	info := tfbridge.ProviderInfo{
		P:       shim.NewProvider(kafka.Provider()),
		Name:    "kafka",
		Version: version,
		Config: map[string]*tfbridge.SchemaInfo{
			"tls_enabled": {Default: &tfbridge.DefaultInfo{Value: true, EnvVars: []string{"KAFKA_ENABLE_TLS"}}},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"kafka_topic": {Tok: tokens.Type(token("topic", "Topic"))},
			"kafka_acl": {
				Tok: token("acl", "Acl"),
				Fields: map[string]*tfbridge.SchemaInfo{
					"resource_name": {Name: "aclResourceName"},
					"resource_type": {Name: "aclResourceType"},
				},
			},
			"kafka_quota":                 {Tok: token("quota", "Quota")},
			"kafka_user_scram_credential": {Tok: token("userScramCredential", "UserScramCredential")},
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"kafka_topic":  {Tok: tokens.ModuleMember("kafka:index/getTopic:getTopic")},
			"kafka_topics": {Tok: tokens.ModuleMember("kafka:index/getTopics:getTopics")},
		},
	}
	info.SetAutonaming(255, "-")
	// At run time the engine reads only this part of the schema; the full one documents the SDKs.
	schema := fmt.Sprintf(`{"name":"kafka","version":%q}`, version)
	tfbridge.Main("kafka", version, info, []byte(schema))
}
