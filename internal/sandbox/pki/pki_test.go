package pki

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"testing"
)

func TestIssuedCertificatesServeAndAuthenticate(t *testing.T) {
	t.Parallel()
	ca, err := NewAuthority("test-ca")
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewAuthority("other-ca")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ca.Issue(Request{CommonName: "system:kube-scheduler", Organizations: []string{"group"}, DNSNames: []string{"localhost"}, IPs: []net.IP{net.ParseIP("127.0.0.1")}})
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := tls.X509KeyPair(pair.CertPEM, pair.KeyPEM)
	if err != nil {
		t.Fatal(err)
	}
	verify := func(authority *Authority, name string) error {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(authority.CertPEM())
		_, err := loaded.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
		return err
	}
	if err := verify(ca, "127.0.0.1"); err != nil {
		t.Errorf("its own authority: %v", err)
	}
	if err := verify(ca, "example.com"); err == nil {
		t.Error("it is valid for a name it was not issued for")
	}
	if err := verify(other, "127.0.0.1"); err == nil {
		t.Error("another authority vouches for it")
	}
	if s := loaded.Leaf.Subject; s.CommonName != "system:kube-scheduler" || s.Organization[0] != "group" {
		t.Errorf("subject %v", s)
	}
}
