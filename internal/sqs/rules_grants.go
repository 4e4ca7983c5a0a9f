package sqs

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func checkScaler(f *findings, _, config binding) {
	scaler, at := config.scaler.of, path.Root("scaler")
	switch {
	case scaler == nil:
	case scaler.RoleName.IsNull() && scaler.RoleARN.IsNull():
		f.fail(at, "No role is named", "scaler needs role_name or role_arn, of the role that KEDA's operator has. Without a grant, leave scaler out.")
	case known(scaler.RoleName, scaler.RoleARN) && scaler.RoleName.ValueString() != nameOfRole(scaler.RoleARN.ValueString()):
		f.fail(at.AtName("role_name"), "Two roles are named", "role_name is %q and role_arn names %q. Remove one of them.",
			scaler.RoleName.ValueString(), nameOfRole(scaler.RoleARN.ValueString()))
	}
}

func checkWorkloads(f *findings, planned, config binding) {
	for _, each := range []struct {
		attribute string
		workload  inside[workloadModel]
		role      types.String
	}{
		{grantConsumer, config.consumer, planned.ConsumerRoleName},
		{grantProducer, config.producer, planned.ProducerRoleName},
	} {
		if each.workload.of == nil {
			continue
		}
		checkWorkload(f, path.Root(each.attribute), each.workload.of)
		if each.workload.makesRole() {
			checkMadeRole(f, path.Root(each.attribute), each.role, planned.ClusterName)
		}
	}
	checkTwoWorkloads(f, planned)
}

// checkWorkload is about one workload by itself.
func checkWorkload(f *findings, at path.Path, workload *workloadModel) {
	// An unknown ARN may turn out to be null.
	if workload.RoleARN.IsUnknown() {
		return
	}
	if workload.RoleARN.IsNull() {
		for name, value := range map[string]types.String{"namespace": workload.Namespace, "service_account": workload.ServiceAccount} {
			if value.IsNull() {
				f.fail(at.AtName(name), "No service account is named",
					"A role is made for a service account, so %s needs namespace and service_account. To grant the rights to an existing role, set role_arn.", at)
			}
		}
		return
	}
	if !workload.RoleName.IsNull() {
		f.fail(at.AtName("role_name"), "Two roles are named", "role_name is the name of a role that is made, and role_arn an existing one. Remove one of them.")
	}
	if workload.CreateServiceAccount.ValueBool() {
		f.fail(at.AtName("create_service_account"), "The service account belongs to the role",
			"With an existing role, how service accounts get it is not known here: by annotation or EKS Pod Identity. Remove create_service_account; eks_service_account_role makes service accounts with their role.")
	}
	if workload.CreateNamespace.ValueBool() && workload.Namespace.IsNull() {
		f.fail(at.AtName("create_namespace"), "No namespace is named", "create_namespace needs namespace.")
	}
}

// checkMadeRole is about a role that is made.
func checkMadeRole(f *findings, at path.Path, name, cluster types.String) {
	if cluster.IsNull() {
		f.fail(path.Root("cluster_name"), "No cluster is named",
			"A role is made for the service account in %s, whose cluster has to be known. Set cluster_name, or the provider's kubernetes.eks_cluster_name.", at)
	}
	if known(name) && checkRoleName(name.ValueString()) != nil {
		f.fail(at.AtName("role_name"), "The name of the role is too long",
			"The default, %q, has %d characters, and IAM allows %d. Set role_name.", name.ValueString(), len(name.ValueString()), maxRoleName)
	}
}

// checkTwoWorkloads keeps the rights of consumer and producer apart.
func checkTwoWorkloads(f *findings, planned binding) {
	if known(planned.ConsumerRoleName, planned.ProducerRoleName) && planned.ConsumerRoleName.Equal(planned.ProducerRoleName) {
		f.fail(path.Root(grantProducer), "Consumer and producer share a role",
			"Both have the role %q, which would then have the rights of both. Give each its own.", planned.ProducerRoleName.ValueString())
	}
	consumer, producer := planned.consumer.of, planned.producer.of
	if consumer == nil || producer == nil || !known(consumer.Namespace, consumer.ServiceAccount, producer.Namespace, producer.ServiceAccount) {
		return
	}
	if consumer.Namespace.Equal(producer.Namespace) && consumer.ServiceAccount.Equal(producer.ServiceAccount) {
		f.fail(path.Root(grantProducer).AtName("service_account"), "Consumer and producer share a service account",
			"A service account has one role, and the service account %q in the namespace %q is both. Give each its own.", producer.ServiceAccount.ValueString(), producer.Namespace.ValueString())
	}
}

func checkAuthentication(f *findings, planned, _ binding) {
	name, namespace, settled := planned.authenticationName()
	if !settled {
		return
	}
	at := path.Root("trigger_authentication")
	if planned.authentication.of != nil && namespace.IsNull() {
		f.fail(at.AtName("namespace"), "No namespace is named",
			"A TriggerAuthentication has to be in the namespace of the ScaledObject, and there is no consumer whose namespace that could be. Set namespace.")
	}
	if namespace.IsNull() || !known(name) {
		return
	}
	if err := checkObjectName(name.ValueString()); err != nil {
		f.fail(at.AtName("name"), "The name of the TriggerAuthentication is none in Kubernetes",
			"The default, %q, is the queue's name, which may have characters that Kubernetes does not allow: %v. Set trigger_authentication = { name = ... }.", name.ValueString(), err)
	}
}
