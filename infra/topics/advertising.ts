import type { Catalogue } from "../topic.ts";
import { days, minutes } from "../topic-config.ts";

export const topics = {
  // Accounts of the advertising platform, as its public API sends them.
  T100117_jrtt_grade_advertiser_public_info: {
    partitions: 6,
    replicationFactor: 2,
    sample: {
      dev_app_type: 2,
      date: "20201111",
      agent_id: "1648892709542919",
      tenant_alias: "T100117",
      data: {
        first_industry_name: "教育培训",
        second_industry_name: "中小学教育",
        company: "网易有道信息技术（北京）有限公司杭州分公司",
        id: 1683030511810573,
        name: "ZS-网易乐读-001",
      },
      timestamp: 1605052800.123,
    },
  },

  // Clicks are many and lose their value within minutes: short retention, cheap compression.
  "advertising.clicks": {
    partitions: 12,
    replicationFactor: 2,
    config: { "compression.type": "lz4", "retention.ms": minutes(30), "segment.ms": minutes(10) },
    sample: { clickId: "c-1", campaignId: 4711, at: "2026-01-31T09:30:00Z" },
  },

  "advertising.daily-reports": {
    partitions: 3,
    replicationFactor: 2,
    config: { "compression.type": "zstd", "retention.ms": days(90) },
    sample: { date: "2026-01-31", campaignId: 4711, impressions: 120_000, clicks: 431 },
  },
} satisfies Catalogue;
