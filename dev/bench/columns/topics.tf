terraform {
  required_providers {
    kafka = {
      source = "Mongey/kafka"
    }
  }
}

locals {
  declared = jsondecode(file("${path.module}/declared.json"))
}

provider "kafka" {
  bootstrap_servers = local.declared.bootstrapServers
  tls_enabled       = false
}

resource "kafka_topic" "topic" {
  for_each = local.declared.topics

  name               = each.key
  partitions         = each.value.partitions
  replication_factor = each.value.replicationFactor
  config             = each.value.config
}
