package podidentity

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/awsfront"
)

const agentAudience = awsfront.PodIdentityAudience

// CredentialsFunc exchanges a pod's token for the credentials of its role;
// (*awsfront.Front).PodIdentityCredentials does.
type CredentialsFunc func(ctx context.Context, token string) (aws.Credentials, error)

// agentCredentials is the answer to the SDKs' container credentials provider.
type agentCredentials struct {
	AccessKeyID     string    `json:"AccessKeyId"`
	SecretAccessKey string    `json:"SecretAccessKey"`
	Token           string    `json:"Token"`
	Expiration      time.Time `json:"Expiration"`
}

// Agent answers GET /v1/credentials as the EKS Pod Identity agent does: the
// pod's token stands in the Authorization header, as it is. Where the agent of
// EKS listens on each node's link-local address, this one serves the stack.
func Agent(credentials CredentialsFunc, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/credentials", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		token := r.Header.Get("Authorization")
		if token == "" {
			writeAgent(w, log, http.StatusBadRequest, agentError{"InvalidTokenException", "the Authorization header is empty"})
			return
		}
		made, err := credentials(r.Context(), token)
		if err != nil {
			log.Warn("a pod got no credentials", "reason", err)
			status, code, message := awsfront.ErrorDetails(err)
			writeAgent(w, log, status, agentError{code, message})
			return
		}
		writeAgent(w, log, http.StatusOK, agentCredentials{
			AccessKeyID: made.AccessKeyID, SecretAccessKey: made.SecretAccessKey,
			Token: made.SessionToken, Expiration: made.Expires.UTC(),
		})
	})
	return mux
}

// agentError is the error form that the SDKs read.
type agentError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func writeAgent(w http.ResponseWriter, log *slog.Logger, status int, body any) {
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Error("writing the agent's answer", "error", err)
	}
}
