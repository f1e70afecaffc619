// The last language host for Node.js that is to be had as a Go module cannot start plugins, so an engine of today cannot run a
// policy pack through it. This is that one missing answer. tools/routes/build-route.ts copies the language host's own
// sources beside this file and has its RunPlugin call runPlugin, so this folder alone does not build.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Fields of RunPluginRequest and ProgramInfo that are younger than this module (pulumi's proto/pulumi/language.proto).
const (
	requestInfo      protowire.Number = 5
	requestKind      protowire.Number = 6
	programDirectory protowire.Number = 2
)

// runPlugin runs a plugin that is a Node.js program and passes on what it says, until it ends or the engine lets go of it.
func runPlugin(req *pulumirpc.RunPluginRequest, server pulumirpc.LanguageRuntime_RunPluginServer) error {
	unknown := req.ProtoReflect().GetUnknown()
	program := string(field(field(unknown, requestInfo), programDirectory))
	if program == "" {
		program = req.GetProgram()
	}
	runner := "@pulumi/pulumi/cmd/run-plugin"
	args := append([]string{}, req.GetArgs()...)
	if kind := string(field(unknown, requestKind)); kind == "analyzer" {
		// usage: <engine-address> <program>
		runner, args = "@pulumi/pulumi/cmd/run-policy-pack", append(args, program)
	} else {
		args = append([]string{program}, args...)
	}

	ctx := server.Context()
	node, err := exec.LookPath("node")
	if err != nil {
		return fmt.Errorf("could not find node on the $PATH: %w", err)
	}
	runPath, err := locateModuleFrom(ctx, program, runner, node)
	if err != nil {
		return fmt.Errorf("%s is not installed for %s: have you run npm install? %w", runner, program, err)
	}
	cmd := exec.CommandContext(ctx, node, append([]string{runPath}, args...)...)
	cmd.Dir = program
	cmd.Env = append(os.Environ(), req.GetEnv()...)
	var one sync.Mutex
	cmd.Stdout = sender(func(text []byte) error {
		one.Lock()
		defer one.Unlock()
		return server.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stdout{Stdout: text}})
	})
	cmd.Stderr = sender(func(text []byte) error {
		one.Lock()
		defer one.Unlock()
		return server.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stderr{Stderr: text}})
	})
	code := 0
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			return err
		}
		code = exit.ExitCode()
	}
	return server.Send(&pulumirpc.RunPluginResponse{
		Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)},
	})
}

// locateModuleFrom is locateModule as seen from a folder, which may be outside the program's.
func locateModuleFrom(ctx context.Context, folder, module, node string) (string, error) {
	cmd := exec.CommandContext(ctx, node, "-p", fmt.Sprintf("require.resolve(%q)", module))
	cmd.Dir = folder
	out, err := cmd.Output()
	if err != nil {
		return "", err
	}
	for len(out) > 0 && (out[len(out)-1] == '\n' || out[len(out)-1] == '\r') {
		out = out[:len(out)-1]
	}
	return string(out), nil
}

// field is the last value of a length-delimited field in a message; nil when there is none.
func field(message []byte, wanted protowire.Number) []byte {
	var found []byte
	for len(message) > 0 {
		number, kind, size := protowire.ConsumeTag(message)
		if size < 0 {
			return nil
		}
		message = message[size:]
		if number == wanted && kind == protowire.BytesType {
			value, size := protowire.ConsumeBytes(message)
			if size < 0 {
				return nil
			}
			found, message = value, message[size:]
			continue
		}
		size = protowire.ConsumeFieldValue(number, kind, message)
		if size < 0 {
			return nil
		}
		message = message[size:]
	}
	return found
}

type sender func([]byte) error

func (send sender) Write(text []byte) (int, error) {
	if err := send(append([]byte(nil), text...)); err != nil {
		return 0, err
	}
	return len(text), nil
}
