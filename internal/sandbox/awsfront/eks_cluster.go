package awsfront

import (
	"encoding/base64"
	"time"
)

type jsonCluster struct {
	Name                 string            `json:"name"`
	Arn                  string            `json:"arn"`
	CreatedAt            epoch             `json:"createdAt"`
	Version              string            `json:"version"`
	Endpoint             string            `json:"endpoint"`
	Status               string            `json:"status"`
	CertificateAuthority map[string]string `json:"certificateAuthority"`
	Identity             map[string]any    `json:"identity"`
	AccessConfig         map[string]any    `json:"accessConfig"`
	PlatformVersion      string            `json:"platformVersion"`
	Tags                 map[string]string `json:"tags"`
}

// SetCluster makes the cluster known, once its API server's address is. Until
// then EKS lists none. The stack's administrator becomes its creator, with an
// access entry and AmazonEKSClusterAdminPolicy, as EKS does for
// bootstrapClusterCreatorAdminPermissions.
func (f *Front) SetCluster(cluster Cluster) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cluster, f.created = cluster, time.Now()
	creator := f.newEntry(AdministratorARN(f.config.AccountID), standardEntry)
	creator.policies[clusterAdminPolicy] = newAssociatedPolicy(clusterAdminPolicy, time.Now())
	f.entries = map[string]*accessEntry{creator.PrincipalArn: creator}
	f.associations = map[string]*association{}
}

func (f *Front) currentCluster() Cluster {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.cluster
}

func (f *Front) clusterARN(name string) string {
	return f.eksARN("cluster/" + name)
}

func (f *Front) eksARN(resource string) string {
	return "arn:aws:eks:" + f.config.Region + ":" + f.config.AccountID + ":" + resource
}

func (f *Front) listClusters(call eksCall) (any, error) {
	if err := f.authorize(call.ctx, call.caller, "eks:ListClusters", "*", nil); err != nil {
		return nil, err
	}
	names := []string{}
	if name := f.currentCluster().Name; name != "" {
		names = append(names, name)
	}
	return map[string]any{"clusters": names}, nil
}

func (f *Front) describeCluster(call eksCall) (any, error) {
	if err := f.onCluster(call, "eks:DescribeCluster", nil); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return map[string]any{"cluster": jsonCluster{
		Name:      f.cluster.Name,
		Arn:       f.clusterARN(f.cluster.Name),
		CreatedAt: epoch(f.created),
		Version:   f.cluster.Version,
		Endpoint:  f.cluster.Endpoint,
		Status:    "ACTIVE",
		CertificateAuthority: map[string]string{
			"data": base64.StdEncoding.EncodeToString(f.cluster.CA),
		},
		Identity: map[string]any{"oidc": map[string]string{"issuer": f.cluster.Issuer}},
		AccessConfig: map[string]any{
			"authenticationMode":                      "API",
			"bootstrapClusterCreatorAdminPermissions": true,
		},
		PlatformVersion: "eks.1",
		Tags:            map[string]string{},
	}}, nil
}
