// Command generate writes the catalogue of KEDA's scalers from the source of
// the KEDA version that this repository pins. It runs in the folder of package
// scalers.
package main

import (
	"context"
	"log"
	"os"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/kedamodule"
)

const (
	outputFile = "zz_generated_catalogue.go"
	// timeout bounds the download of KEDA's module, about 5 MB.
	timeout = 5 * time.Minute
)

func main() {
	if err := write(); err != nil {
		log.Fatal(err)
	}
}

func write() error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	content, err := generate(ctx)
	if err != nil {
		return err
	}
	return os.WriteFile(outputFile, content, 0o600)
}

func generate(ctx context.Context) ([]byte, error) {
	module, err := kedamodule.Find(ctx)
	if err != nil {
		return nil, err
	}
	all, err := readCatalogue(os.DirFS(module.Dir))
	if err != nil {
		return nil, err
	}
	return render(module.Version, all)
}
