package keda

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Bounds that several attributes share. The API server checks the same ones,
// from the CRDs, at apply.
var (
	notEmpty    = []validator.String{stringvalidator.LengthAtLeast(1)}
	notNegative = []validator.Int32{int32validator.AtLeast(0)}
	positive    = []validator.Int32{int32validator.AtLeast(1)}
)
