package operator

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
)

// isPath tells the path of a chart from its name, as Helm does for what does not
// exist.
func isPath(chart string) bool {
	return strings.HasPrefix(chart, ".") || filepath.IsAbs(chart)
}

// chartName is what Helm allows, without the folders of a path.
var chartName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]*$`)

func (f *findings) checkSource(written *model) {
	f.checkVersion(written)
	f.checkChart(written)
	f.checkRepository(written)
	f.checkCredentials(written)
}

// ambiguous is a range that Terraform's users and Helm's read differently: with
// two numbers, Terraform lets the second grow and Helm does not.
var ambiguous = regexp.MustCompile(`~>\s*v?\d+(\.\d+)?\s*($|[,| ])`)

func (f *findings) checkVersion(written *model) {
	if !isSet(written.Version) {
		return
	}

	version := written.Version.ValueString()
	if _, err := semver.NewConstraint(version); err != nil || strings.TrimSpace(version) == "" {
		f.fail(at("version"), "Not a version", "%q is neither a version, such as %s, nor a range of versions, such as ~> 2.20.0.", version, defaultVersion)

		return
	}

	if ambiguous.MatchString(version) {
		f.fail(at("version"), "A range with two meanings", "%q means other versions in Helm's notation, which this is, than in Terraform's. "+
			"Write three numbers (~> 2.20.0 is 2.20.x in both), or ^2.20 for every 2.x from 2.20 on.", version)
	}
}

func (f *findings) checkChart(written *model) {
	if !isSet(written.Chart) {
		return
	}

	chart := written.Chart.ValueString()

	switch {
	case isPath(chart):
		f.checkPath(written)
	case strings.Contains(chart, "://"):
		f.fail(at("chart"), "A URL in place of a name",
			"%q is a URL. Set repository to the URL of the repository, which for an OCI registry is the folder that holds the chart, and chart to the chart's name.", chart)
	case strings.Contains(chart, "/"):
		f.fail(at("chart"), "Not a name of a chart",
			"%q has a slash. The names of `helm repo add` are not known here: set repository to the repository's URL and chart to the chart's name. A path begins with /, ./ or ../.", chart)
	case !chartName.MatchString(chart):
		f.fail(at("chart"), "Not a name of a chart", "%q is not a name of a chart, which has letters, digits, dashes, dots and underscores.", chart)
	}
}

func (f *findings) checkPath(written *model) {
	chart := written.Chart.ValueString()

	for name, given := range map[string]bool{
		"repository":             isSet(written.Repository),
		"repository_username":    isSet(written.RepositoryUsername),
		"repository_password_wo": isSet(written.RepositoryPassword),
	} {
		if given {
			f.fail(at(name), "Two sources of the chart", "The chart is the path %q, so no repository is asked for it: leave %s out, or set chart to the chart's name.", chart, name)
		}
	}

	if _, err := os.Stat(chart); err != nil {
		f.warn(at("chart"), "The chart is not there yet",
			"There is no %q. The apply fails unless something makes it before. A path is relative to the folder in which Terraform runs: \"${path.module}/...\" is relative to the module.", chart)
	}
}

func (f *findings) checkRepository(written *model) {
	if !isSet(written.Repository) {
		return
	}

	given := written.Repository.ValueString()
	location, err := url.Parse(given)

	switch {
	case err == nil && location.User != nil:
		f.fail(at("repository"), "Credentials in the URL", "The URL of the repository holds credentials, which would be shown in plans and kept in the state. "+
			"Set repository_username and repository_password_wo instead.")
	case err != nil || location.Host == "":
		f.fail(at("repository"), "Not a URL", "%q is not the URL of a chart repository, such as %s, or of an OCI registry, such as oci://ghcr.io/kedacore/charts.", given, defaultRepository)
	case location.Scheme != "https" && location.Scheme != "http" && location.Scheme != "oci":
		f.fail(at("repository"), "Not a chart repository", "%q begins with %s://. A chart repository begins with https:// or http://, an OCI registry with oci://.", given, location.Scheme)
	case location.RawQuery != "" || location.Fragment != "":
		f.fail(at("repository"), "Not a chart repository", "%q has something after its path. A repository is a folder, in which index.yaml or the chart is looked for.", given)
	case strings.HasSuffix(location.Path, ".tgz") || strings.HasSuffix(location.Path, "/index.yaml"):
		f.fail(at("repository"), "Not a chart repository", "%q is a file. Write the URL of the folder that it is in.", given)
	}
}

func (f *findings) checkCredentials(written *model) {
	username, password := written.RepositoryUsername, written.RepositoryPassword

	switch {
	case isSet(username) && password.IsNull():
		f.fail(at("repository_username"), "A user without a password", "repository_username is set and repository_password_wo is not: both are needed.")
	case isSet(password) && username.IsNull():
		f.fail(at("repository_password_wo"), "A password without a user", "repository_password_wo is set and repository_username is not: both are needed.")
	case password.IsNull() || !isSet(written.Repository):
	default:
		location, err := url.Parse(written.Repository.ValueString())
		if err == nil && location.Scheme == "http" && !helm.IsLoopback(location.Hostname()) {
			f.fail(at("repository"), "A password over plain HTTP", "%q is plain HTTP, by which anybody on the way can read the password: use https.", written.Repository.ValueString())
		}
	}
}
