//! The shapes of effective policies, one a policy type.

use atrium_model::organization::PolicyType;

use super::shape::Shape::{Any, List, Map, Number, Object, Open, Region, Text, Word};
use super::shape::{Shape, may, must};

/// Where no limit is known.
const MANY: usize = 1_000;

/// The shape of a type's effective policies. The types that allow and deny have none.
pub(super) fn of(kind: PolicyType) -> Option<&'static Shape> {
    Some(match kind {
        PolicyType::ServiceControlPolicy | PolicyType::ResourceControlPolicy => return None,
        PolicyType::TagPolicy => &TAG,
        PolicyType::BackupPolicy => &BACKUP,
        PolicyType::AiservicesOptOutPolicy => &AI_OPT_OUT,
        PolicyType::ChatbotPolicy => &CHATBOT,
        PolicyType::DeclarativePolicyEc2 => &EC2,
        PolicyType::SecurityhubPolicy => &SECURITY_HUB,
        PolicyType::SecurityhubCspmPolicy => &SECURITY_HUB_CSPM,
        PolicyType::InspectorPolicy => &INSPECTOR,
        PolicyType::UpgradeRolloutPolicy => &UPGRADE_ROLLOUT,
        PolicyType::BedrockPolicy => &BEDROCK,
        PolicyType::S3Policy => &S3,
        PolicyType::NetworkSecurityDirectorPolicy => &NETWORK_SECURITY_DIRECTOR,
        PolicyType::GuarddutyPolicy => &GUARDDUTY,
    })
}

static LONG: Shape = Text(2_048);
static FLAG: Shape = Word(&["true", "false"]);
static SWITCH: Shape = Word(&["enabled", "disabled"]);
static REGIONS: Shape = List(0, 100, &Region);
static RESOURCE_TYPES: Shape = List(0, MANY, &Text(256));

static TAG: Shape = Object(&[must("tags", &Map(0, MANY, &TAG_RULE))]);
static TAG_RULE: Shape = Object(&[
    may("tag_key", &Text(128)),
    may("tag_value", &List(0, MANY, &Text(256))),
    may("enforced_for", &RESOURCE_TYPES),
    may("report_required_tag_for", &RESOURCE_TYPES),
]);

static BACKUP: Shape = Object(&[must("plans", &Map(0, 100, &BACKUP_PLAN))]);
static BACKUP_PLAN: Shape = Object(&[
    must("regions", &List(1, 100, &Region)),
    must("rules", &Map(1, 10, &BACKUP_RULE)),
    must("selections", &BACKUP_SELECTIONS),
    may("advanced_backup_settings", &Any),
    may("backup_plan_tags", &Map(0, 50, &BACKUP_TAG)),
    may("scan_settings", &Any),
]);
static BACKUP_TAG: Shape = Object(&[must("tag_key", &Text(128)), must("tag_value", &Text(256))]);
static BACKUP_RULE: Shape = Object(&[
    may("schedule_expression", &LONG),
    may("schedule_expression_timezone", &Text(128)),
    may("start_backup_window_minutes", &Number(60, 525_600)),
    may("complete_backup_window_minutes", &Number(120, 525_600)),
    may("enable_continuous_backup", &FLAG),
    must("target_backup_vault_name", &Text(256)),
    may("target_logically_air_gapped_backup_vault_arn", &LONG),
    may("lifecycle", &BACKUP_LIFECYCLE),
    may("recovery_point_tags", &Map(0, 50, &BACKUP_TAG)),
    may("copy_actions", &Map(0, 100, &BACKUP_COPY)),
    may("index_actions", &Any),
    may("scan_actions", &Any),
]);
static BACKUP_COPY: Shape = Object(&[
    may("target_backup_vault_arn", &LONG),
    may("lifecycle", &BACKUP_LIFECYCLE),
]);
static BACKUP_LIFECYCLE: Shape = Object(&[
    may("move_to_cold_storage_after_days", &Number(1, 36_500)),
    may("delete_after_days", &Number(1, 36_500)),
    may("opt_in_to_archive_for_supported_resources", &FLAG),
    may("delete_after_event", &Text(128)),
]);
static BACKUP_SELECTIONS: Shape = Object(&[
    may("tags", &Map(0, 100, &BACKUP_BY_TAG)),
    may("resources", &Map(0, 100, &BACKUP_BY_RESOURCE)),
]);
static BACKUP_BY_TAG: Shape = Object(&[
    must("iam_role_arn", &LONG),
    must("tag_key", &Text(128)),
    must("tag_value", &List(1, MANY, &Text(256))),
    may("conditions", &Any),
]);
static BACKUP_BY_RESOURCE: Shape = Object(&[
    must("iam_role_arn", &LONG),
    must("resource_types", &List(1, 500, &LONG)),
    may("not_resource_types", &List(0, 500, &LONG)),
    may("conditions", &Any),
]);

static AI_OPT_OUT: Shape = Object(&[must("services", &Map(0, 200, &AI_SERVICE))]);
static AI_SERVICE: Shape = Object(&[must("opt_out_policy", &Word(&["optIn", "optOut"]))]);

static CHATBOT: Shape = Object(&[must("chatbot", &CHATBOT_SETTINGS)]);
static CHATBOT_SETTINGS: Shape = Object(&[
    may("platforms", &CHATBOT_PLATFORMS),
    may("default", &Object(&[must("client", &SWITCH)])),
]);
static CHATBOT_PLATFORMS: Shape = Object(&[
    may("slack", &SLACK),
    may("microsoft_teams", &TEAMS),
    may("chime", &Object(&[must("client", &SWITCH)])),
]);
static SLACK: Shape = Object(&[
    must("client", &SWITCH),
    may("workspaces", &List(0, 255, &Text(64))),
    may("default", &CHAT_CHANNELS),
    may("overrides", &Map(0, 255, &CHAT_CHANNELS)),
]);
static TEAMS: Shape = Object(&[
    must("client", &SWITCH),
    may("tenants", &Map(0, 36, &List(0, 36, &Text(64)))),
    may("default", &CHAT_CHANNELS),
    may("overrides", &Map(0, 36, &Any)),
]);
static CHAT_CHANNELS: Shape = Object(&[
    may(
        "supported_channel_types",
        &List(0, 2, &Word(&["public", "private"])),
    ),
    may(
        "supported_role_settings",
        &List(0, 2, &Word(&["user_role", "channel_role"])),
    ),
]);

static EC2: Shape = Object(&[must("ec2_attributes", &EC2_ATTRIBUTES)]);
static EC2_ATTRIBUTES: Shape = Object(&[
    may("vpc_block_public_access", &VPC_BLOCK),
    may("serial_console_access", &Object(&[must("status", &SWITCH)])),
    may(
        "image_block_public_access",
        &Object(&[must("state", &Word(&["unblocked", "block_new_sharing"]))]),
    ),
    may("allowed_images_settings", &ALLOWED_IMAGES),
    may("instance_metadata_defaults", &METADATA_DEFAULTS),
    may(
        "snapshot_block_public_access",
        &Object(&[must(
            "state",
            &Word(&["unblocked", "block_new_sharing", "block_all_sharing"]),
        )]),
    ),
    may("exception_message", &LONG),
]);
static VPC_BLOCK: Shape = Object(&[must("internet_gateway_block", &INTERNET_GATEWAY_BLOCK)]);
static INTERNET_GATEWAY_BLOCK: Shape = Object(&[
    must(
        "mode",
        &Word(&["off", "block_ingress", "block_bidirectional"]),
    ),
    may("exclusions_allowed", &SWITCH),
]);
static ALLOWED_IMAGES: Shape = Object(&[
    must("state", &Word(&["enabled", "disabled", "audit_mode"])),
    may("image_criteria", &Map(0, 10, &IMAGE_CRITERION)),
]);
static IMAGE_CRITERION: Shape = Open(&[may("allowed_image_providers", &List(0, 200, &Text(64)))]);
static METADATA_DEFAULTS: Shape = Object(&[
    may(
        "http_tokens",
        &Word(&["no_preference", "required", "optional"]),
    ),
    may("http_put_response_hop_limit", &Number(-1, 64)),
    may(
        "http_endpoint",
        &Word(&["no_preference", "enabled", "disabled"]),
    ),
    may(
        "instance_metadata_tags",
        &Word(&["no_preference", "enabled", "disabled"]),
    ),
    may(
        "http_tokens_enforced",
        &Word(&["no_preference", "enabled", "disabled"]),
    ),
]);

static ENABLEMENT: Shape = Object(&[
    may("enable_in_regions", &REGIONS),
    may("disable_in_regions", &REGIONS),
]);
static SECURITY_HUB: Shape = Object(&[must("securityhub", &ENABLEMENT)]);
static INSPECTOR: Shape = Object(&[must(
    "inspector",
    &Object(&[must("enablement", &INSPECTOR_SCANS)]),
)]);
static INSPECTOR_SCANS: Shape = Object(&[
    may("ec2_scanning", &ENABLEMENT),
    may("ecr_scanning", &ENABLEMENT),
    may("code_repository_scanning", &ENABLEMENT),
    may("lambda_standard_scanning", &LAMBDA_SCANS),
]);
static LAMBDA_SCANS: Shape = Object(&[
    may("enable_in_regions", &REGIONS),
    may("disable_in_regions", &REGIONS),
    may("lambda_code_scanning", &ENABLEMENT),
]);

static UPGRADE_ROLLOUT: Shape = Object(&[must("upgrade_rollout", &ROLLOUT)]);
static ROLLOUT: Shape = Object(&[
    may("default", &PATCH_ORDER),
    may("tags", &Map(0, 50, &ROLLOUT_TAG)),
]);
static ROLLOUT_TAG: Shape = Object(&[must("tag_values", &Map(1, MANY, &PATCH_ORDER))]);
static PATCH_ORDER: Shape = Object(&[must("patch_order", &Word(&["first", "second", "last"]))]);

static S3: Shape = Object(&[must("s3_attributes", &S3_ATTRIBUTES)]);
static S3_ATTRIBUTES: Shape = Object(&[
    may("public_access_block_configuration", &Word(&["all", "none"])),
    may("exception_message", &LONG),
]);

// Their syntax is known in part only.
static BEDROCK: Shape = Object(&[must("bedrock", &Open(&[]))]);
static SECURITY_HUB_CSPM: Shape = Open(&[]);
static NETWORK_SECURITY_DIRECTOR: Shape = Open(&[]);
static GUARDDUTY: Shape = Open(&[]);
