;; Hashes the nodes of a Merkle tree (RFC 6962), four at a time: SHA-256 (FIPS 180-4) of a byte 1 and two hashes. Every
;; vector has a word of each of the four messages in its lanes, so that each step of the standard is done once for all.
;; A message has 65 bytes: one block with all but the last byte, and one with that byte, the mark of the end, and the length.
;;
;; Memory: the constants of the rounds from 0; the state at the beginning from 256, each word once; the state of the four
;; from 384 and their 64 scheduled words from 512, a vector each. From 1536 on it is the caller's.
(module
  (memory (import "pairs" "memory") 1)
  ;; The first 32 bits of the fractional parts of the cube roots of the first 64 primes, low byte first.
  (data (i32.const 0)
    "\98\2f\8a\42\91\44\37\71\cf\fb\c0\b5\a5\db\b5\e9\5b\c2\56\39\f1\11\f1\59\a4\82\3f\92\d5\5e\1c\ab"
    "\98\aa\07\d8\01\5b\83\12\be\85\31\24\c3\7d\0c\55\74\5d\be\72\fe\b1\de\80\a7\06\dc\9b\74\f1\9b\c1"
    "\c1\69\9b\e4\86\47\be\ef\c6\9d\c1\0f\cc\a1\0c\24\6f\2c\e9\2d\aa\84\74\4a\dc\a9\b0\5c\da\88\f9\76"
    "\52\51\3e\98\6d\c6\31\a8\c8\27\03\b0\c7\7f\59\bf\f3\0b\e0\c6\47\91\a7\d5\51\63\ca\06\67\29\29\14"
    "\85\0a\b7\27\38\21\1b\2e\fc\6d\2c\4d\13\0d\38\53\54\73\0a\65\bb\0a\6a\76\2e\c9\c2\81\85\2c\72\92"
    "\a1\e8\bf\a2\4b\66\1a\a8\70\8b\4b\c2\a3\51\6c\c7\19\e8\92\d1\24\06\99\d6\85\35\0e\f4\70\a0\6a\10"
    "\16\c1\a4\19\08\6c\37\1e\4c\77\48\27\b5\bc\b0\34\b3\0c\1c\39\4a\aa\d8\4e\4f\ca\9c\5b\f3\6f\2e\68"
    "\ee\82\8f\74\6f\63\a5\78\14\78\c8\84\08\02\c7\8c\fa\ff\be\90\eb\6c\50\a4\f7\a3\f9\be\f2\78\71\c6")
  ;; The same of the square roots of the first 8.
  (data (i32.const 256)
    "\67\e6\09\6a\85\ae\67\bb\72\f3\6e\3c\3a\f5\4f\a5\7f\52\0e\51\8c\68\05\9b\ab\d9\83\1f\19\cd\e0\5b")

  ;; Takes the 16 words from 512 into the state.
  (func $compress
    (local $at i32) (local $w v128) (local $t v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $e v128) (local $f v128) (local $g v128) (local $h v128)
    ;; The other 48 words: each of those 16, 15, 7 and 2 before it.
    (local.set $at (i32.const 768))
    (loop $schedule
      (local.set $w (v128.load (i32.sub (local.get $at) (i32.const 240))))
      (local.set $t
        (v128.xor
          (v128.xor
            (v128.or (i32x4.shr_u (local.get $w) (i32.const 7)) (i32x4.shl (local.get $w) (i32.const 25)))
            (v128.or (i32x4.shr_u (local.get $w) (i32.const 18)) (i32x4.shl (local.get $w) (i32.const 14))))
          (i32x4.shr_u (local.get $w) (i32.const 3))))
      (local.set $t (i32x4.add (local.get $t) (v128.load (i32.sub (local.get $at) (i32.const 256)))))
      (local.set $t (i32x4.add (local.get $t) (v128.load (i32.sub (local.get $at) (i32.const 112)))))
      (local.set $w (v128.load (i32.sub (local.get $at) (i32.const 32))))
      (v128.store (local.get $at)
        (i32x4.add
          (local.get $t)
          (v128.xor
            (v128.xor
              (v128.or (i32x4.shr_u (local.get $w) (i32.const 17)) (i32x4.shl (local.get $w) (i32.const 15)))
              (v128.or (i32x4.shr_u (local.get $w) (i32.const 19)) (i32x4.shl (local.get $w) (i32.const 13))))
            (i32x4.shr_u (local.get $w) (i32.const 10)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $schedule (i32.lt_u (local.get $at) (i32.const 1536))))
    (local.set $a (v128.load (i32.const 384)))
    (local.set $b (v128.load (i32.const 400)))
    (local.set $c (v128.load (i32.const 416)))
    (local.set $d (v128.load (i32.const 432)))
    (local.set $e (v128.load (i32.const 448)))
    (local.set $f (v128.load (i32.const 464)))
    (local.set $g (v128.load (i32.const 480)))
    (local.set $h (v128.load (i32.const 496)))
    (local.set $at (i32.const 0))
    (loop $rounds
      ;; h + Σ1(e) + Ch(e, f, g) + constant + word
      (local.set $t
        (v128.xor
          (v128.xor
            (v128.or (i32x4.shr_u (local.get $e) (i32.const 6)) (i32x4.shl (local.get $e) (i32.const 26)))
            (v128.or (i32x4.shr_u (local.get $e) (i32.const 11)) (i32x4.shl (local.get $e) (i32.const 21))))
          (v128.or (i32x4.shr_u (local.get $e) (i32.const 25)) (i32x4.shl (local.get $e) (i32.const 7)))))
      (local.set $t (i32x4.add (local.get $t) (local.get $h)))
      (local.set $t (i32x4.add (local.get $t) (v128.bitselect (local.get $f) (local.get $g) (local.get $e))))
      (local.set $t (i32x4.add (local.get $t) (v128.load32_splat (local.get $at))))
      (local.set $t (i32x4.add (local.get $t) (v128.load offset=512 (i32.shl (local.get $at) (i32.const 2)))))
      ;; Σ0(a) + Maj(a, b, c): where a and c differ, b decides.
      (local.set $w
        (v128.xor
          (v128.xor
            (v128.or (i32x4.shr_u (local.get $a) (i32.const 2)) (i32x4.shl (local.get $a) (i32.const 30)))
            (v128.or (i32x4.shr_u (local.get $a) (i32.const 13)) (i32x4.shl (local.get $a) (i32.const 19))))
          (v128.or (i32x4.shr_u (local.get $a) (i32.const 22)) (i32x4.shl (local.get $a) (i32.const 10)))))
      (local.set $w
        (i32x4.add
          (local.get $w)
          (v128.bitselect (local.get $b) (local.get $a) (v128.xor (local.get $a) (local.get $c)))))
      (local.set $h (local.get $g))
      (local.set $g (local.get $f))
      (local.set $f (local.get $e))
      (local.set $e (i32x4.add (local.get $d) (local.get $t)))
      (local.set $d (local.get $c))
      (local.set $c (local.get $b))
      (local.set $b (local.get $a))
      (local.set $a (i32x4.add (local.get $t) (local.get $w)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $rounds (i32.lt_u (local.get $at) (i32.const 256))))
    (v128.store (i32.const 384) (i32x4.add (local.get $a) (v128.load (i32.const 384))))
    (v128.store (i32.const 400) (i32x4.add (local.get $b) (v128.load (i32.const 400))))
    (v128.store (i32.const 416) (i32x4.add (local.get $c) (v128.load (i32.const 416))))
    (v128.store (i32.const 432) (i32x4.add (local.get $d) (v128.load (i32.const 432))))
    (v128.store (i32.const 448) (i32x4.add (local.get $e) (v128.load (i32.const 448))))
    (v128.store (i32.const 464) (i32x4.add (local.get $f) (v128.load (i32.const 464))))
    (v128.store (i32.const 480) (i32x4.add (local.get $g) (v128.load (i32.const 480))))
    (v128.store (i32.const 496) (i32x4.add (local.get $h) (v128.load (i32.const 496)))))

  ;; Four rows of four words become four columns, or the other way round, each word with its bytes turned about. They are
  ;; put so far apart, in bytes.
  (func $turn
    (param $first v128) (param $second v128) (param $third v128) (param $fourth v128) (param $to i32) (param $apart i32)
    (local $low v128) (local $lows v128) (local $high v128) (local $highs v128)
    ;; Words 0 and 1 of the first two rows and of the others; then words 2 and 3.
    (local.set $low (i8x16.shuffle 3 2 1 0 19 18 17 16 7 6 5 4 23 22 21 20 (local.get $first) (local.get $second)))
    (local.set $lows (i8x16.shuffle 3 2 1 0 19 18 17 16 7 6 5 4 23 22 21 20 (local.get $third) (local.get $fourth)))
    (local.set $high (i8x16.shuffle 11 10 9 8 27 26 25 24 15 14 13 12 31 30 29 28 (local.get $first) (local.get $second)))
    (local.set $highs (i8x16.shuffle 11 10 9 8 27 26 25 24 15 14 13 12 31 30 29 28 (local.get $third) (local.get $fourth)))
    (v128.store (local.get $to) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $low) (local.get $lows)))
    (local.set $to (i32.add (local.get $to) (local.get $apart)))
    (v128.store (local.get $to) (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $low) (local.get $lows)))
    (local.set $to (i32.add (local.get $to) (local.get $apart)))
    (v128.store (local.get $to) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $high) (local.get $highs)))
    (local.set $to (i32.add (local.get $to) (local.get $apart)))
    (v128.store (local.get $to) (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $high) (local.get $highs))))

  (func (export "hashPairs")
    ;; Where the pairs begin, at least 1537, and where those end that count; four are hashed at a time, whatever lies there.
    (param $from i32) (param $end i32)
    ;; Where the hashes go; not after where the pairs begin.
    (param $to i32)
    (local $at i32) (local $word i32)
    (loop $fours
      (local.set $at (i32.const 0))
      (loop $begin
        (v128.store offset=384 (i32.shl (local.get $at) (i32.const 2)) (v128.load32_splat offset=256 (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $begin (i32.lt_u (local.get $at) (i32.const 32))))
      ;; The words of the first block begin a byte before the hashes: that byte is the 1.
      (local.set $at (i32.const 0))
      (loop $words
        (local.set $word (i32.sub (i32.add (local.get $from) (local.get $at)) (i32.const 1)))
        (call $turn
          (v128.load (local.get $word))
          (v128.load offset=64 (local.get $word))
          (v128.load offset=128 (local.get $word))
          (v128.load offset=192 (local.get $word))
          (i32.add (i32.const 512) (i32.shl (local.get $at) (i32.const 2)))
          (i32.const 16))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $words (i32.lt_u (local.get $at) (i32.const 64))))
      (v128.store (i32.const 512)
        (v128.or
          (v128.and
            (v128.load (i32.const 512))
            (v128.const i32x4 0x00ffffff 0x00ffffff 0x00ffffff 0x00ffffff))
          (v128.const i32x4 0x01000000 0x01000000 0x01000000 0x01000000)))
      (call $compress)
      ;; The second block: the last byte and a bit 1, nothing, and the length of 520 bits.
      (v128.store (i32.const 512)
        (v128.or
          (i32x4.shl
            (i32x4.replace_lane 3
              (i32x4.replace_lane 2
                (i32x4.replace_lane 1
                  (i32x4.splat (i32.load8_u offset=63 (local.get $from)))
                  (i32.load8_u offset=127 (local.get $from)))
                (i32.load8_u offset=191 (local.get $from)))
              (i32.load8_u offset=255 (local.get $from)))
            (i32.const 24))
          (v128.const i32x4 0x00800000 0x00800000 0x00800000 0x00800000)))
      (local.set $at (i32.const 528))
      (loop $nothing
        (v128.store (local.get $at) (v128.const i32x4 0 0 0 0))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $nothing (i32.lt_u (local.get $at) (i32.const 752))))
      (v128.store (i32.const 752) (v128.const i32x4 520 520 520 520))
      (call $compress)
      ;; The state is the hashes, word by word: four words of each, then the other four.
      (local.set $at (i32.const 0))
      (loop $halves
        (local.set $word (i32.add (i32.const 384) (i32.shl (local.get $at) (i32.const 2))))
        (call $turn
          (v128.load (local.get $word))
          (v128.load offset=16 (local.get $word))
          (v128.load offset=32 (local.get $word))
          (v128.load offset=48 (local.get $word))
          (i32.add (local.get $to) (local.get $at))
          (i32.const 32))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $halves (i32.lt_u (local.get $at) (i32.const 32))))
      (local.set $to (i32.add (local.get $to) (i32.const 128)))
      (local.set $from (i32.add (local.get $from) (i32.const 256)))
      (br_if $fours (i32.lt_u (local.get $from) (local.get $end)))))
)
