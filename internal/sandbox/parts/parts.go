// Package parts builds the programs the local stack consists of and answers
// where they are.
//
// Every program comes from a pinned Go module in a folder beside this file
// (each set has a module of its own, because the versions and replacements
// they need contradict each other), except moto, which pip installs from a
// list locked with checksums into a private virtual environment.
//
// What is built is kept below os.UserCacheDir()/terraform-provider-keda, or in
// the folder that the environment variable KEDA_SANDBOX_CACHE names, under a
// key made of everything that determines it. A set that is there under its key
// is complete: a build that fails or is killed never shows up as one.
package parts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"
)

// Program names one program of the local stack.
type Program string

// The programs that Ensure builds.
const (
	Etcd                  Program = "etcd"
	KubeAPIServer         Program = "kube-apiserver"
	KubeControllerManager Program = "kube-controller-manager"
	KubeScheduler         Program = "kube-scheduler"
	KWOK                  Program = "kwok"
	Karpenter             Program = "karpenter"
	KEDAOperator          Program = "keda"
	KEDAMetricsAdapter    Program = "keda-adapter"
	KEDAAdmissionWebhooks Program = "keda-admission-webhooks"
	// The programs of this repository that run in pods.
	InferenceConsumer Program = "sqs-inference-consumer"
	PromptGenerator   Program = "prompt-generator"
	// VLLMStub stands for vLLM.
	VLLMStub Program = "vllm-stub"
	// Moto is the server that stands in for AWS. It is a Python script whose
	// interpreter is named in its first line, so it is started like any other
	// program.
	Moto Program = "moto_server"
)

// openTofu is not among what Ensure builds: most machines have a Terraform.
const openTofu Program = "tofu"

// Programs holds the absolute path of each program.
type Programs map[Program]string

// buildLimit bounds a whole build, waiting for another one included. It is
// about three times what everything takes on two cores with empty caches.
const buildLimit = 90 * time.Minute

// Ensure answers the programs of the local stack and builds those that are not
// in the cache yet, reporting on out what it is at and how far it is. With
// everything in the cache it prints nothing and starts no Go command.
//
// The working directory must be inside the repository. The error is one
// sentence for a missing prerequisite (Go, Python 3.10 or newer) and for a
// cache that cannot be written; for a failed build it names the program and
// the command and ends with the last lines of output. Processes that build the
// same set wait for each other.
func Ensure(ctx context.Context, out io.Writer) (Programs, error) {
	folder, err := sources()
	if err != nil {
		return nil, err
	}
	interpreter, err := findPython(ctx)
	if err != nil {
		// Whatever else is missing is told in the same breath.
		return nil, errors.Join(err, checkGo(ctx, folder))
	}
	moto, err := motoSet(filepath.Join(folder, "moto"), interpreter)
	if err != nil {
		return nil, err
	}
	// moto first, because it takes seconds and fails on what needs a person.
	sets := []set{moto}
	for _, modules := range goSets {
		s, err := modules.set(folder)
		if err != nil {
			return nil, err
		}
		sets = append(sets, s)
	}
	cache, err := openCache()
	if err != nil {
		return nil, err
	}
	return cache.ensure(ctx, out, sets)
}

// ensure builds the sets that are missing, in their order.
func (c cache) ensure(ctx context.Context, out io.Writer, sets []set) (Programs, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, buildLimit,
		fmt.Errorf("building the local stack's programs took longer than %s", buildLimit))
	defer cancel()

	if missing := c.missing(sets); len(missing) > 0 {
		for _, s := range missing {
			if s.prerequisite == nil {
				continue
			}
			if err := s.prerequisite(ctx); err != nil {
				return nil, err
			}
		}
		report := newProgress(out, c.root, missing)
		defer report.stop()
		for _, s := range missing {
			if err := c.install(ctx, s, report); err != nil {
				return nil, err
			}
		}
	}

	programs := Programs{}
	for _, s := range sets {
		folder := c.folder(s)
		for program, path := range s.programs {
			programs[program] = filepath.Join(folder, path)
		}
		c.used(s)
	}
	return programs, nil
}
