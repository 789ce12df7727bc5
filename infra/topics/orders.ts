import type { Catalogue } from "../topic.ts";
import { days } from "../topic-config.ts";

export const topics = {
  // No order may be lost: three replicas, and a write succeeds only while two of them are in sync.
  orders: {
    partitions: 6,
    replicationFactor: 3,
    config: { "min.insync.replicas": 2, "retention.ms": days(30) },
    sample: { orderId: "o-1", customerId: "c-42", total: 12.5, currency: "EUR" },
  },

  // The latest state of each customer, for services that build their own view of it.
  "customers.state": {
    partitions: 6,
    replicationFactor: 3,
    config: { "cleanup.policy": "compact", "min.insync.replicas": 2 },
    sample: { customerId: "c-42", name: "Ada Lovelace", tier: "gold" },
  },
} satisfies Catalogue;
