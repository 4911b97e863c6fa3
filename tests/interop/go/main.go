// Verifies what a ledger hands out with Go's own implementation of signed notes and transparency logs, the one that checks
// Go's module downloads. Reads one JSON value from standard input and ends with 0 only when all of it verifies.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type input struct {
	Vkey        string `json:"vkey"`
	Checkpoints []struct {
		Note string `json:"note"`
	} `json:"checkpoints"`
	Inclusion []struct {
		Entry []byte   `json:"entry"`
		Index int64    `json:"index"`
		Size  int64    `json:"size"`
		Path  [][]byte `json:"path"`
	} `json:"inclusion"`
	Consistency []struct {
		Old  int64    `json:"old"`
		Size int64    `json:"size"`
		Path [][]byte `json:"path"`
	} `json:"consistency"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		return err
	}
	verifier, err := note.NewVerifier(in.Vkey)
	if err != nil {
		return err
	}
	roots := map[int64]tlog.Hash{}
	for _, checkpoint := range in.Checkpoints {
		opened, err := note.Open([]byte(checkpoint.Note), note.VerifierList(verifier))
		if err != nil {
			return fmt.Errorf("checkpoint: %w", err)
		}
		size, root, err := parse(opened.Text)
		if err != nil {
			return err
		}
		roots[size] = root
	}
	for _, proof := range in.Inclusion {
		leaf := tlog.RecordHash(proof.Entry)
		if err := tlog.CheckRecord(hashes(proof.Path), proof.Size, roots[proof.Size], proof.Index, leaf); err != nil {
			return fmt.Errorf("record %d of %d: %w", proof.Index, proof.Size, err)
		}
	}
	for _, proof := range in.Consistency {
		if err := tlog.CheckTree(tlog.TreeProof(hashes(proof.Path)), proof.Size, roots[proof.Size], proof.Old, roots[proof.Old]); err != nil {
			return fmt.Errorf("tree %d to %d: %w", proof.Old, proof.Size, err)
		}
	}
	fmt.Printf("%d checkpoints, %d inclusion proofs, %d consistency proofs\n", len(in.Checkpoints), len(in.Inclusion), len(in.Consistency))
	return nil
}

func parse(text string) (int64, tlog.Hash, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		return 0, tlog.Hash{}, fmt.Errorf("a checkpoint of %d lines", len(lines)-1)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	return size, tlog.Hash(root), nil
}

func hashes(path [][]byte) []tlog.Hash {
	list := make([]tlog.Hash, len(path))
	for i, hash := range path {
		copy(list[i][:], hash)
	}
	return list
}
