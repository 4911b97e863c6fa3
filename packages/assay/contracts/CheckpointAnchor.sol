// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The checkpoints of transparency logs, append-only on chain
/// @notice Each log is an RFC 6962 Merkle tree. A new checkpoint is taken only when it is proved that the tree before it is its
/// beginning, so that even a stolen submitter's key can neither fork nor shrink what is anchored.
/// @dev One contract for each owner, and only the owner opens logs: whoever sees a log's name cannot take it first. There is no
/// way to upgrade it.
contract CheckpointAnchor {
    /// @dev One slot for all that an anchoring checks: 20 + 7 + 4 + 1 bytes.
    struct Log {
        address submitter;
        uint56 size;
        uint32 seq;
        bool paused;
        bytes32 root;
        address proposed;
    }

    address public owner;
    address public proposedOwner;
    mapping(bytes32 logId => Log) private logs;

    /// @notice A checkpoint was anchored.
    /// @param logId SHA-256 of the log's origin
    /// @param size Leaves of the tree
    /// @param root RFC 6962 root of the tree
    /// @param noteHash SHA-256 of the signed note: the chain cannot check its Ed25519 signature
    /// @param seq Counts the log's anchors, from 1
    event Anchored(bytes32 indexed logId, uint64 size, bytes32 root, bytes32 noteHash, uint64 indexed seq);
    event Opened(bytes32 indexed logId, address submitter);
    event SubmitterProposed(bytes32 indexed logId, address submitter);
    event SubmitterAccepted(bytes32 indexed logId, address submitter);
    event Paused(bytes32 indexed logId, bool paused);
    event OwnerProposed(address owner);
    event OwnerAccepted(address owner);

    error NotOwner();
    error NotSubmitter();
    error NotProposed();
    error NoAddress();
    error IsPaused();
    error LogExists();
    error NoSuchLog();
    /// @param have The size that is anchored; a new one has to be larger
    error NotLarger(uint64 have);
    error SizeTooLarge();
    error Inconsistent();

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }

    /// @notice Opens the first log at once, so that the owner may be a key that is kept offline.
    constructor(address owner_, bytes32 logId, address submitter) {
        if (owner_ == address(0)) revert NoAddress();
        owner = owner_;
        emit OwnerAccepted(owner_);
        open(logId, submitter);
    }

    /// @notice Opens another log of this owner.
    function openLog(bytes32 logId, address submitter) external onlyOwner {
        open(logId, submitter);
    }

    /// @notice Anchors a checkpoint of a log.
    /// @param proof The consistency proof from the anchored size to this one (RFC 9162, 2.1.4.1); empty for the first
    function anchor(bytes32 logId, uint64 size, bytes32 root, bytes32 noteHash, bytes32[] calldata proof) external {
        Log storage log = logs[logId];
        if (log.submitter != msg.sender) revert NotSubmitter();
        if (log.paused) revert IsPaused();
        uint64 have = log.size;
        if (size <= have) revert NotLarger(have);
        if (size > type(uint56).max) revert SizeTooLarge();
        if (have == 0 ? proof.length != 0 : !isConsistent(have, size, log.root, root, proof)) revert Inconsistent();
        uint32 seq = log.seq + 1;
        log.size = uint56(size);
        log.seq = seq;
        log.root = root;
        emit Anchored(logId, size, root, noteHash, seq);
    }

    /// @notice The newest checkpoint of a log; zeros while there is none.
    function latest(bytes32 logId) external view returns (uint64 size, bytes32 root, uint64 seq) {
        Log storage log = logs[logId];
        return (log.size, log.root, log.seq);
    }

    /// @notice Who may anchor, who was proposed in its place, and whether anchoring is paused.
    function roles(bytes32 logId) external view returns (address submitter, address proposed, bool paused) {
        Log storage log = logs[logId];
        return (log.submitter, log.proposed, log.paused);
    }

    /// @notice First step of a rotation; the new submitter takes the second, which shows that the key is at hand.
    /// The zero address takes a proposal back.
    function proposeSubmitter(bytes32 logId, address submitter) external onlyOwner {
        if (logs[logId].submitter == address(0)) revert NoSuchLog();
        logs[logId].proposed = submitter;
        emit SubmitterProposed(logId, submitter);
    }

    function acceptSubmitter(bytes32 logId) external {
        Log storage log = logs[logId];
        if (log.proposed != msg.sender) revert NotProposed();
        log.submitter = msg.sender;
        log.proposed = address(0);
        emit SubmitterAccepted(logId, msg.sender);
    }

    /// @notice Stops anchoring, as when a submitter's key was stolen, or lets it go on.
    function setPaused(bytes32 logId, bool paused) external onlyOwner {
        if (logs[logId].submitter == address(0)) revert NoSuchLog();
        logs[logId].paused = paused;
        emit Paused(logId, paused);
    }

    function proposeOwner(address next) external onlyOwner {
        proposedOwner = next;
        emit OwnerProposed(next);
    }

    function acceptOwner() external {
        if (proposedOwner != msg.sender) revert NotProposed();
        owner = msg.sender;
        proposedOwner = address(0);
        emit OwnerAccepted(msg.sender);
    }

    function open(bytes32 logId, address submitter) private {
        if (submitter == address(0)) revert NoAddress();
        if (logs[logId].submitter != address(0)) revert LogExists();
        logs[logId].submitter = submitter;
        emit Opened(logId, submitter);
    }

    /// @dev RFC 9162, section 2.1.4.2; `first` is at least 1 and smaller than `second`.
    function isConsistent(
        uint64 first,
        uint64 second,
        bytes32 firstRoot,
        bytes32 secondRoot,
        bytes32[] calldata proof
    ) private view returns (bool) {
        uint256 fn = first - 1;
        uint256 sn = second - 1;
        while (fn & 1 == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        uint256 next = 0;
        // When the first tree is one complete subtree, its root is where the proof begins.
        bytes32 fr = firstRoot;
        if (fn != 0) {
            if (proof.length == 0) return false;
            fr = proof[next++];
        }
        bytes32 sr = fr;
        for (; next < proof.length; next++) {
            if (sn == 0) return false;
            bytes32 sibling = proof[next];
            if (fn & 1 == 1 || fn == sn) {
                fr = node(sibling, fr);
                sr = node(sibling, sr);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                sr = node(sr, sibling);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && fr == firstRoot && sr == secondRoot;
    }

    /// @dev SHA-256(0x01 || left || right) by the precompile at address 2, in scratch memory: Solidity's own way takes new memory
    /// for each call, and twice the gas.
    function node(bytes32 left, bytes32 right) private view returns (bytes32 hash) {
        bool done;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore8(free, 1)
            mstore(add(free, 1), left)
            mstore(add(free, 33), right)
            done := staticcall(gas(), 2, free, 65, 0, 32)
            hash := mload(0)
        }
        // Out of gas in the precompile: what lies in memory is then no hash.
        if (!done) revert Inconsistent();
    }
}
