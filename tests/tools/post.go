// SPDX-License-Identifier: MIT
//
// The runtime of the post "Shipping Your Machine: Building a Container in 50
// Lines of Code", as it is at the end of each of its parts, made to take the
// command line of the steps. What it does and leaves undone is the post's; what
// the steps promise and it does not keep is in post.txt.
//
//	go build -ldflags '-X main.step=02-chroot' -o 02-chroot post.go
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

var step = "04-cgroups"

// For what the command line asks; the post has constants in their place.
var (
	hostname = "container"
	rootfs   = "rootfs"
	pidsMax  = "20"
	quiet    = false
)

func main() {
	switch os.Args[1] {
	case "run":
		run(options(os.Args[2:]))
	case "child":
		child(options(os.Args[2:]))
	default:
		panic("unknown command")
	}
}

// Sets what is asked for; returns the command.
func options(words []string) []string {
	values := map[string]*string{"--hostname": &hostname}
	if step >= "02" {
		values["--rootfs"] = &rootfs
	}
	if step >= "04" {
		values["--pids-max"] = &pidsMax
	}
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		word := words[0]
		words = words[1:]
		if word == "--" {
			break
		} else if word == "--quiet" {
			quiet = true
		} else if value := values[word]; value != nil {
			*value = words[0]
			words = words[1:]
		} else {
			panic("unknown option " + word)
		}
	}
	return words
}

func run(command []string) {
	say("Running", command)
	cmd := exec.Command("/proc/self/exe", append([]string{"child"}, os.Args[2:]...)...)
	attach(cmd)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUTS}
	if step >= "03" {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWPID | syscall.CLONE_NEWNS
	}
	if step >= "04" {
		cg()
	}
	must(cmd.Run())
}

func child(command []string) {
	say("Running in new child process", command)
	must(syscall.Sethostname([]byte(hostname)))
	if step >= "02" {
		must(syscall.Chroot(rootfs))
		must(os.Chdir("/"))
	}
	if step >= "03" {
		must(syscall.Mount("proc", "proc", "proc", 0, ""))
		defer syscall.Unmount("proc", 0)
	}
	cmd := exec.Command(command[0], command[1:]...)
	attach(cmd)
	must(cmd.Run())
}

func cg() {
	group := filepath.Join("/sys/fs/cgroup/pids", "my-container")
	os.Mkdir(group, 0755)
	must(os.WriteFile(filepath.Join(group, "pids.max"), []byte(pidsMax), 0700))
	self := []byte(strconv.Itoa(os.Getpid()))
	must(os.WriteFile(filepath.Join(group, "cgroup.procs"), self, 0700))
}

func attach(cmd *exec.Cmd) {
	cmd.Stdin = os.Stdin
	cmd.Stdout = os.Stdout
	cmd.Stderr = os.Stderr
}

func say(what string, command []string) {
	if !quiet {
		fmt.Printf("%s %v\n", what, command)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
