package aws

import (
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/aws-sdk-go-base/v2/endpoints"
)

// Expected is the partition and account that a configuration leads to, as far
// as it says so without asking AWS: empty where it does not.
func (c Configuration) Expected() Caller {
	var expected Caller
	if partition, known := endpoints.PartitionForRegion(endpoints.DefaultPartitions(), c.Region); known && c.Region != "" {
		expected.Partition = partition.ID()
	}
	if c.AssumeRole == nil {
		return expected
	}
	if role, err := arn.Parse(c.AssumeRole.RoleARN); err == nil {
		expected = Caller{Partition: role.Partition, AccountID: role.AccountID}
	}
	return expected
}
