package settings

import "fmt"

// From returns what the provider handed over as ProviderData, which is nil
// until the provider is configured, as it never is for `terraform validate`.
func From(providerData any) (*Settings, error) {
	if providerData == nil {
		return nil, nil
	}
	configured, isSettings := providerData.(*Settings)
	if !isSettings {
		return nil, fmt.Errorf("the provider handed over %T instead of its settings", providerData)
	}
	return configured, nil
}
