package provider

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// kubernetesAttribute is an attribute of the kubernetes block with its value.
type kubernetesAttribute struct {
	name  string
	value attr.Value
	// ways are the ways to the cluster that the attribute goes with; none means
	// that it is a way itself.
	ways []string
}

// set reports whether the value is there. An unknown value may turn out to be
// null, so it is not.
func (a kubernetesAttribute) set() bool {
	return !a.value.IsNull() && !a.value.IsUnknown()
}

// attributes lists the attributes in the order in which mistakes are reported.
func (m *kubernetesModel) attributes() []kubernetesAttribute {
	var (
		kubeconfig = []string{"config_path", "config_paths"}
		host       = []string{"host"}
	)

	return []kubernetesAttribute{
		{name: "eks_cluster_name", value: m.EKSClusterName},
		{name: "config_path", value: m.ConfigPath},
		{name: "config_paths", value: m.ConfigPaths},
		{name: "host", value: m.Host},
		{name: "config_context", value: m.ConfigContext, ways: kubeconfig},
		{name: "cluster_ca_certificate", value: m.ClusterCACertificate, ways: host},
		{name: "tls_server_name", value: m.TLSServerName, ways: host},
		{name: "insecure", value: m.Insecure, ways: host},
		{name: "token", value: m.Token, ways: host},
		{name: "client_certificate", value: m.ClientCertificate, ways: host},
		{name: "client_key", value: m.ClientKey, ways: host},
		{name: "exec", value: m.Exec, ways: host},
	}
}

// way returns the name of the first attribute that says how to reach the
// cluster, or "".
func (m *kubernetesModel) way() string {
	for _, attribute := range m.attributes() {
		if len(attribute.ways) == 0 && attribute.set() {
			return attribute.name
		}
	}

	return ""
}

// setsHostCompanion reports whether an attribute is set that goes with host
// only.
func (m *kubernetesModel) setsHostCompanion() bool {
	return slices.ContainsFunc(m.attributes(), func(a kubernetesAttribute) bool {
		return a.set() && slices.Equal(a.ways, []string{"host"})
	})
}

// conflicts returns an error for each attribute that contradicts another one.
// What it needs to know and does not know yet contradicts nothing.
func (m *kubernetesModel) conflicts() diag.Diagnostics {
	var diags diag.Diagnostics

	way := m.way()

	for _, attribute := range m.attributes() {
		switch {
		case way == "" || !attribute.set() || attribute.name == way:
		case len(attribute.ways) == 0:
			diags.Append(kubernetesError(attribute.name, "Two ways to reach the cluster", fmt.Sprintf(
				"kubernetes.%s and kubernetes.%s are both set, and each alone says which cluster to work on: keep one.", way, attribute.name)))
		case !slices.Contains(attribute.ways, way):
			diags.Append(kubernetesError(attribute.name, "Attribute without effect", fmt.Sprintf(
				"kubernetes.%s goes with kubernetes.%s, and the cluster is reached by kubernetes.%s, which brings its own: remove one of the two.",
				attribute.name, strings.Join(attribute.ways, " or kubernetes."), way)))
		}
	}

	diags.Append(m.credentialConflicts()...)

	if m.Insecure.ValueBool() && m.ClusterCACertificate.ValueString() != "" {
		diags.Append(kubernetesError("insecure", "Contradicting attributes",
			"kubernetes.insecure accepts any certificate and kubernetes.cluster_ca_certificate says which to accept: remove kubernetes.insecure."))
	}

	return diags
}

// credentialConflicts returns the mistakes among the ways to authenticate.
func (m *kubernetesModel) credentialConflicts() diag.Diagnostics {
	var (
		diags diag.Diagnostics
		first string
	)

	for _, attribute := range m.attributes() {
		if !attribute.set() || !slices.Contains([]string{"token", "client_certificate", "exec"}, attribute.name) {
			continue
		}

		if first != "" {
			diags.Append(kubernetesError(attribute.name, "Two ways to authenticate", fmt.Sprintf(
				"kubernetes.%s and kubernetes.%s are both set, and the API server takes one identity: keep one.", first, attribute.name)))

			continue
		}

		first = attribute.name
	}

	certificate, key := m.ClientCertificate, m.ClientKey

	switch {
	case certificate.IsUnknown() || key.IsUnknown():
	case !certificate.IsNull() && key.IsNull():
		diags.Append(kubernetesError("client_certificate", "Client certificate without its key",
			"kubernetes.client_certificate is set and kubernetes.client_key is not, and the certificate is of no use without its key: set both or neither."))
	case certificate.IsNull() && !key.IsNull():
		diags.Append(kubernetesError("client_key", "Client key without its certificate",
			"kubernetes.client_key is set and kubernetes.client_certificate is not, and the key is of no use without its certificate: set both or neither."))
	case !certificate.IsNull():
		diags.Append(m.keyPairMismatch()...)
	}

	return diags
}

// keyPairMismatch returns an error when certificate and key are each well
// formed and do not belong together. What is not well formed is reported by the
// attribute's own rule.
func (m *kubernetesModel) keyPairMismatch() diag.Diagnostics {
	certificate, key := m.ClientCertificate.ValueString(), m.ClientKey.ValueString()
	if checkCertificates(certificate) != nil || checkPrivateKey(key) != nil {
		return nil
	}

	if _, err := tls.X509KeyPair([]byte(certificate), []byte(key)); err != nil {
		return diag.Diagnostics{kubernetesError("client_key", "Client key of another certificate",
			"kubernetes.client_key is not the private key of kubernetes.client_certificate, so TLS cannot use them: give the two that were issued together.")}
	}

	return nil
}

// unused returns an error for each attribute of a model, completed by the
// environment, that goes with a way to the cluster when there is none.
func (m *kubernetesModel) unused() diag.Diagnostics {
	var diags diag.Diagnostics

	if m.way() != "" {
		return nil
	}

	for _, attribute := range m.attributes() {
		if attribute.set() {
			diags.Append(kubernetesError(attribute.name, "No cluster to use the attribute with", fmt.Sprintf(
				"kubernetes.%s goes with kubernetes.%s, and neither the configuration nor the environment sets that: set it, or remove kubernetes.%s.",
				attribute.name, strings.Join(attribute.ways, " or kubernetes."), attribute.name)))
		}
	}

	return diags
}

func kubernetesError(attribute, summary, detail string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("kubernetes").AtName(attribute), summary, detail)
}
