// Verifies what a ledger hands out with Go's own implementation of signed notes and transparency logs, the one that checks
// Go's module downloads. Reads one JSON value from standard input and ends with 0 only when all of it verifies.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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
	// A folder of `checkpoint` and `tile/…`.
	Tiles     string `json:"tiles"`
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
	if in.Tiles != "" {
		return readTiles(in.Tiles, verifier)
	}
	fmt.Printf("%d checkpoints, %d inclusion proofs, %d consistency proofs\n", len(in.Checkpoints), len(in.Inclusion), len(in.Consistency))
	return nil
}

// readTiles proves every record of an exported log from its tiles, and that each is the entry in its bundle.
func readTiles(folder string, verifier note.Verifier) error {
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	size, root, err := parse(opened.Text)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, folderTiles(folder))
	for first := int64(0); first < size; first += 256 {
		width := min(256, size-first)
		bundle, err := os.ReadFile(filepath.Join(folder, path(tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)})))
		if err != nil {
			return err
		}
		for index := first; index < first+width; index++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("record %d: its bundle is cut short", index)
			}
			length := 2 + int(binary.BigEndian.Uint16(bundle))
			leaf := tlog.RecordHash(bundle[2:length])
			bundle = bundle[length:]
			proof, err := tlog.ProveRecord(size, index, reader)
			if err != nil {
				return fmt.Errorf("record %d: %w", index, err)
			}
			if err := tlog.CheckRecord(proof, size, root, index, leaf); err != nil {
				return fmt.Errorf("record %d of %d: %w", index, size, err)
			}
		}
		if len(bundle) > 0 {
			return fmt.Errorf("the bundle of record %d holds more than its records", first)
		}
	}
	fmt.Printf("%d records in tiles\n", size)
	return nil
}

type folderTiles string

func (folder folderTiles) Height() int { return 8 }

func (folder folderTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	list := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(folder), path(tile)))
		if err != nil {
			return nil, err
		}
		list[i] = data
	}
	return list, nil
}

func (folder folderTiles) SaveTiles([]tlog.Tile, [][]byte) {}

// path is that of C2SP's tlog-tiles: Go's own, without the height, and with `entries` for the data.
func path(tile tlog.Tile) string {
	text := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(text, "tile/data/", "tile/entries/", 1)
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
