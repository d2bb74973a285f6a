//! Which properties of CloudFormation's resources hold policies.

use crate::deployment::node::{Content, Node};

/// Resources with a policy of their own, or that give one to a resource: type, property, and the service whose resources it
/// is about (`endpoint`: those behind a VPC endpoint).
pub(super) const RESOURCE_POLICIES: [(&str, &str, &str); 23] = [
    ("AWS::ApiGateway::RestApi", "Policy", "execute-api"),
    ("AWS::Backup::BackupVault", "AccessPolicy", "backup"),
    ("AWS::CodeArtifact::Domain", "PermissionsPolicyDocument", "codeartifact"),
    ("AWS::CodeArtifact::Repository", "PermissionsPolicyDocument", "codeartifact"),
    ("AWS::DynamoDB::GlobalTable", "ResourcePolicy", "dynamodb"),
    ("AWS::EC2::VPCEndpoint", "PolicyDocument", "endpoint"),
    ("AWS::ECR::Repository", "RepositoryPolicyText", "ecr"),
    ("AWS::EFS::FileSystem", "FileSystemPolicy", "elasticfilesystem"),
    ("AWS::Elasticsearch::Domain", "AccessPolicies", "es"),
    ("AWS::Events::EventBus", "Policy", "events"),
    ("AWS::Kinesis::ResourcePolicy", "ResourcePolicy", "kinesis"),
    ("AWS::KMS::Key", "KeyPolicy", "kms"),
    ("AWS::KMS::ReplicaKey", "KeyPolicy", "kms"),
    ("AWS::OpenSearchService::Domain", "AccessPolicies", "es"),
    ("AWS::S3::AccessPoint", "Policy", "s3"),
    ("AWS::S3::BucketPolicy", "PolicyDocument", "s3"),
    ("AWS::S3ObjectLambda::AccessPointPolicy", "PolicyDocument", "s3-object-lambda"),
    ("AWS::S3Outposts::BucketPolicy", "PolicyDocument", "s3-outposts"),
    ("AWS::S3Tables::TableBucketPolicy", "ResourcePolicy", "s3tables"),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", "sns"),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", "sqs"),
    ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", "secretsmanager"),
    ("AWS::VpcLattice::AuthPolicy", "Policy", "vpc-lattice-svcs"),
];

/// Whether a property of a resource that is not listed looks as if it held a policy.
pub(super) fn holds_policies(name: &str, value: &Node) -> bool {
    match &value.content {
        Content::Object(members) => {
            members.iter().any(|(key, _)| key.value == "Statement")
                || members.iter().any(|(key, value)| holds_policies(&key.value, value))
        }
        Content::List(items) => items.iter().any(|item| holds_policies(name, item)),
        Content::Either(_, one, other) => holds_policies(name, one) || holds_policies(name, other),
        // What is not known, under a name that policies have.
        Content::Unknown(_) => {
            name.ends_with("Policy") || name.ends_with("PolicyDocument") || name.ends_with("Policies")
        }
        Content::Text(_) => value.known().is_some_and(|text| text.contains("\"Statement\"")),
        Content::Null | Content::Bool(_) | Content::Number(_) | Content::Nothing => false,
    }
}
