package settings

import (
	"sync"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
)

// account is the configured AWS account, made when it is first asked for.
type account struct {
	once    sync.Once
	account *aws.Account
}

// Account returns the configured AWS account. All resources share it, and with
// it credentials and connections. It contacts nothing yet. Errors: those of
// [Settings.RequireAWS].
func (s *Settings) Account() (*aws.Account, error) {
	if err := s.RequireAWS(); err != nil {
		return nil, err
	}

	s.account.once.Do(func() { s.account.account = aws.New(s.AWS, s.Version) })

	return s.account.account, nil
}
