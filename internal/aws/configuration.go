package aws

import "time"

// DefaultMaxRetries is the number of retries of a failed AWS request. It is
// hashicorp/aws' default, so that both providers in one configuration bear
// the same throttling.
const DefaultMaxRetries = 25

// Configuration says how to reach AWS. The zero value of a field leaves it to the AWS
// SDK's default chain: environment variables, then shared files, then the
// machine's identity.
type Configuration struct {
	Region                 string
	Profile                string
	SharedConfigFiles      []string
	SharedCredentialsFiles []string
	AssumeRole             *AssumeRole
	Endpoints              Endpoints
	// DefaultTags are put on every AWS resource that the provider makes.
	DefaultTags map[string]string
	// MaxRetries is the number of attempts after the first.
	MaxRetries int
}

// AssumeRole is the role that the provider works as.
type AssumeRole struct {
	RoleARN           string
	SessionName       string
	ExternalID        string
	Duration          time.Duration
	Policy            string
	Tags              map[string]string
	TransitiveTagKeys []string
}

// Endpoints are base URLs that replace those of AWS; empty means AWS' own, or
// that of AWS_ENDPOINT_URL and its variants for one service.
type Endpoints struct {
	AMP, EC2, EKS, IAM, SQS, STS string
}
