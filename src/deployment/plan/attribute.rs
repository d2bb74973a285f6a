//! Which attributes of Terraform's resources hold policies.

use serde_json::Value;

/// Resources with a policy of their own, or that give one to a resource: type, attribute, and the service whose resources it
/// is about (`endpoint`: those behind a VPC endpoint).
pub(super) const RESOURCE_POLICIES: [(&str, &str, &str); 31] = [
    ("aws_api_gateway_rest_api", "policy", "execute-api"),
    ("aws_api_gateway_rest_api_policy", "policy", "execute-api"),
    ("aws_backup_vault_policy", "policy", "backup"),
    ("aws_cloudwatch_event_bus_policy", "policy", "events"),
    ("aws_codeartifact_domain_permissions_policy", "policy_document", "codeartifact"),
    ("aws_codeartifact_repository_permissions_policy", "policy_document", "codeartifact"),
    ("aws_dynamodb_resource_policy", "policy", "dynamodb"),
    ("aws_ecr_repository_policy", "policy", "ecr"),
    ("aws_efs_file_system_policy", "policy", "elasticfilesystem"),
    ("aws_elasticsearch_domain", "access_policies", "es"),
    ("aws_elasticsearch_domain_policy", "access_policies", "es"),
    ("aws_glacier_vault", "access_policy", "glacier"),
    ("aws_glue_resource_policy", "policy", "glue"),
    ("aws_kinesis_resource_policy", "policy", "kinesis"),
    ("aws_kms_external_key", "policy", "kms"),
    ("aws_kms_key", "policy", "kms"),
    ("aws_kms_key_policy", "policy", "kms"),
    ("aws_kms_replica_key", "policy", "kms"),
    ("aws_opensearch_domain", "access_policies", "es"),
    ("aws_opensearch_domain_policy", "access_policies", "es"),
    ("aws_s3_access_point", "policy", "s3"),
    ("aws_s3_bucket", "policy", "s3"),
    ("aws_s3_bucket_policy", "policy", "s3"),
    ("aws_secretsmanager_secret", "policy", "secretsmanager"),
    ("aws_secretsmanager_secret_policy", "policy", "secretsmanager"),
    ("aws_sns_topic", "policy", "sns"),
    ("aws_sns_topic_policy", "policy", "sns"),
    ("aws_sqs_queue", "policy", "sqs"),
    ("aws_sqs_queue_policy", "policy", "sqs"),
    ("aws_vpc_endpoint", "policy", "endpoint"),
    ("aws_vpc_endpoint_policy", "policy", "endpoint"),
];

/// Whether an attribute of a resource that is not listed looks as if it held a policy.
pub(super) fn holds_policies(value: &Value) -> bool {
    let document = |text: &str| text.contains("\"Statement\"");
    match value {
        Value::String(text) => document(text),
        Value::Array(items) => items.iter().any(holds_policies),
        Value::Object(members) => members.values().any(holds_policies),
        _ => false,
    }
}
