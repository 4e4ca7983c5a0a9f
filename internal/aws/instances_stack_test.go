package aws

import (
	"regexp"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

var instanceIDs = regexp.MustCompile(`<instanceId>(i-[0-9a-f]+)</instanceId>`)

// TestLivingInstancesOfTheStack asks an EC2 that checks signatures and rights.
func TestLivingInstancesOfTheStack(t *testing.T) {
	stack := sandboxtest.Shared(t)
	if !stack.Local() {
		t.Skip("it would launch an instance that costs")
	}
	config, credentials := stack.AWSFiles(t)
	account := New(Configuration{
		Region: stack.AWS.Region, Profile: sandboxtest.Profile, SharedConfigFiles: []string{config}, SharedCredentialsFiles: []string{credentials},
		Endpoints: Endpoints{EC2: *stack.AWS.BaseEndpoint},
	}, "test")
	ask := func(form string) []byte {
		answer, err := account.askEC2(t.Context(), []byte(form+"&Version="+ec2Version))
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	started := instanceIDs.FindSubmatch(ask("Action=RunInstances&ImageId=ami-12c6146b&InstanceType=g6.xlarge&MinCount=1&MaxCount=1"))
	if started == nil {
		t.Fatal("no instance was launched")
	}
	id := string(started[1])
	living, err := account.LivingInstances(t.Context(), []string{id, "i-0123456789abcdef0"})
	if err != nil || len(living) != 1 || living[id] == "" {
		t.Errorf("launched: got %v, %v", living, err)
	}
	ask("Action=TerminateInstances&InstanceId.1=" + id)
	if living, err = account.LivingInstances(t.Context(), []string{id}); err != nil || len(living) != 0 {
		t.Errorf("terminated: got %v, %v", living, err)
	}
}
