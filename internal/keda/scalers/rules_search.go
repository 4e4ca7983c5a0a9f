package scalers

import "slices"

var searchRules = map[string][]rule{
	"elastic-forecast": slices.Concat(elasticAccess, []rule{wellFormed("lookAhead", positiveDuration)}),
	"elasticsearch":    slices.Concat(elasticAccess, []rule{exactlyOne("searchTemplateName", "query")}),
	"opensearch": {
		only(isTrue("enableTLS"), required("because enableTLS is true", "clientCert", "clientKey")),
		only(isFalse("enableTLS"), required("because enableTLS is not true", "username", "password")),
		exactlyOne("searchTemplateName", "query"),
	},
}

// elasticAccess follows elasticsearchMetadata.Validate (pkg/scalers/elasticsearch_scaler.go:51)
// and elasticForecastMetadata.Validate (pkg/scalers/elastic_forecast_scaler.go:78).
var elasticAccess = []rule{
	exactlyOne("cloudID", "addresses"), together("cloudID", "apiKey"),
	atMostOne("cloudID", "username"), atMostOne("apiKey", "addresses"),
	only(with("addresses"), required("beside addresses", "username", "password")),
}
