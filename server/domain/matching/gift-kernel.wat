;; Reads donations from the text of a problem as it is written: every donation of four short texts in the same order, with
;; the same characters between them. What is written otherwise it does not read; whoever called it reads it another way.
;;
;; Memory: 16 bytes of ones and 16 of zeros from 0; from 64 what stands before each of the four values, 16 bytes and what
;; of them counts in turn, 128 bytes a value; from 576 how long that is; from 592 where in a donation's row the value is
;; noted; at 608 where `scan` stopped; at 612 how long the last id was, and from 640 that id. From 1024 on it is the caller's.
;;
;; A row has 32 bytes: of donor, project, amount and id in turn where the text begins and how long it is.
;; A table has where its slots are and how many less one (a power of two), how many names there are, and where the next
;; record goes. A slot has a hash and a record; a record has its number, and from its eighth byte on its name.
;; A part has where its next gift goes and where its chunk ends, where its first chunk is and how many gifts there are. A
;; chunk begins with where its gifts end and where the next chunk is, but the last one, which has zeros there. A gift there
;; has its amount, its project, a mark, and a name. Names are written eight bytes by eight; of all their eighth bytes the
;; last alone is zero. A giver has its first gift, its second and its last; each gift from the second on has the next in
;; place of its name.
;; A project has 64 bytes: the giver that it was last seen with and the one that is excluded, which caps cut it, how many
;; givers it has and of how many something counts, what it has of the giver at hand, what it was given, and the sum of
;; the roots: whole parts, and fractions of 32 bits each.
(module
  (memory (import "gifts" "memory") 1)
  ;; How the ids of two marks stand to each other: below zero where the first comes first.
  (import "gifts" "compare" (func $compare (param i32 i32) (result i32)))
  ;; Sorts gifts, so many addresses from one on, by their ids.
  (import "gifts" "sort" (func $sort (param i32 i32)))
  (data (i32.const 0) "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff")

  ;; Reads donations one after another, as many as are whole, from the quotation mark before the first; answers how many.
  (func (export "scan") (param $at i32) (param $end i32) (param $row i32) (result i32)
    (local $count i32) (local $value i32) (local $cursor i32) (local $start i32)
    (local $before i32) (local $left i32) (local $hit i32) (local $chars v128)
    (block $stop
      (loop $donation
        (local.set $cursor (local.get $at))
        (local.set $value (i32.const 0))
        (loop $values
          (local.set $before (i32.add (i32.const 64) (i32.shl (local.get $value) (i32.const 7))))
          (local.set $left (i32.load offset=576 (i32.shl (local.get $value) (i32.const 2))))
          (local.set $start (i32.add (local.get $cursor) (local.get $left)))
          (loop $same
            (br_if $stop
              (v128.any_true
                (v128.and
                  (v128.xor (v128.load (local.get $cursor)) (v128.load (local.get $before)))
                  (v128.load offset=16 (local.get $before)))))
            (local.set $cursor (i32.add (local.get $cursor) (i32.const 16)))
            (local.set $before (i32.add (local.get $before) (i32.const 32)))
            (br_if $same
              (i32.gt_s (local.tee $left (i32.sub (local.get $left) (i32.const 16))) (i32.const 0))))
          ;; Up to the first character that is a quotation mark, or that a plain text may not have.
          (local.set $cursor (local.get $start))
          (block $found
            (loop $find
              (local.set $chars (v128.load (local.get $cursor)))
              (br_if $found
                (local.tee $hit
                  (i8x16.bitmask
                    (v128.or
                      (v128.or
                        (i8x16.eq (local.get $chars) (v128.const i8x16 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34))
                        (i8x16.eq (local.get $chars) (v128.const i8x16 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92)))
                      (i8x16.lt_s (local.get $chars) (v128.const i8x16 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32))))))
              (local.set $cursor (i32.add (local.get $cursor) (i32.const 16)))
              (br_if $find (i32.lt_u (local.get $cursor) (local.get $end))))
            (br $stop))
          (local.set $cursor (i32.add (local.get $cursor) (i32.ctz (local.get $hit))))
          (br_if $stop (i32.ge_u (local.get $cursor) (local.get $end)))
          (br_if $stop (i32.ne (i32.load8_u (local.get $cursor)) (i32.const 34)))
          (local.set $left (i32.sub (local.get $cursor) (local.get $start)))
          (br_if $stop (i32.gt_u (i32.sub (local.get $left) (i32.const 1)) (i32.const 239)))
          (local.set $before
            (i32.add (local.get $row) (i32.load offset=592 (i32.shl (local.get $value) (i32.const 2)))))
          (i32.store (local.get $before) (local.get $start))
          (i32.store offset=4 (local.get $before) (local.get $left))
          (br_if $values
            (i32.lt_u (local.tee $value (i32.add (local.get $value) (i32.const 1))) (i32.const 4))))
        (local.set $at (local.get $cursor))
        (local.set $row (i32.add (local.get $row) (i32.const 32)))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br $donation)))
    (i32.store (i32.const 608) (local.get $at))
    (local.get $count))

  ;; Sixteen bytes of a name with four zeros before it, and zeros after it.
  (func $part (param $name i32) (param $length i32) (param $at i32) (result v128)
    (local $left i32) (local $bytes v128)
    (local.set $left (i32.sub (i32.add (local.get $length) (i32.const 4)) (local.get $at)))
    (local.set $bytes
      (v128.and
        (v128.load (i32.sub (i32.add (local.get $name) (local.get $at)) (i32.const 4)))
        (v128.load
          (i32.sub
            (i32.const 16)
            (select (local.get $left) (i32.const 16) (i32.lt_u (local.get $left) (i32.const 16)))))))
    (select
      (local.get $bytes)
      (v128.and (local.get $bytes) (v128.const i32x4 0 -1 -1 -1))
      (local.get $at)))

  ;; A name is looked at eight bytes at a time, with zeros after its end and at least one of them; what is beyond is masked.
  ;; The same few lines stand in three places, because a call would take longer than they do.

  (func $hash (param $name i32) (param $length i32) (result i64)
    (local $hash i64) (local $word i64)
    (loop $words
      (local.set $word
        (i64.and
          (i64.load (local.get $name))
          (select
            (i64.const -1)
            (i64.sub
              (i64.shl (i64.const 1) (i64.extend_i32_u (i32.shl (local.get $length) (i32.const 3))))
              (i64.const 1))
            (i32.ge_u (local.get $length) (i32.const 8)))))
      (local.set $hash
        (i64.mul (i64.xor (local.get $hash) (local.get $word)) (i64.const 0x9e3779b97f4a7c15)))
      (local.set $hash (i64.xor (local.get $hash) (i64.shr_u (local.get $hash) (i64.const 32))))
      (local.set $name (i32.add (local.get $name) (i32.const 8)))
      (br_if $words
        (i32.ge_s (local.tee $length (i32.sub (local.get $length) (i32.const 8))) (i32.const 0))))
    (local.get $hash))

  ;; Whether a name was written at an address. Both end with a zero, so that no name is taken for one that begins with it.
  (func $isName (param $written i32) (param $name i32) (param $length i32) (result i32)
    (local $word i64)
    (loop $words
      (local.set $word
        (i64.and
          (i64.load (local.get $name))
          (select
            (i64.const -1)
            (i64.sub
              (i64.shl (i64.const 1) (i64.extend_i32_u (i32.shl (local.get $length) (i32.const 3))))
              (i64.const 1))
            (i32.ge_u (local.get $length) (i32.const 8)))))
      (if (i64.ne (i64.load (local.get $written)) (local.get $word)) (then (return (i32.const 0))))
      (local.set $written (i32.add (local.get $written) (i32.const 8)))
      (local.set $name (i32.add (local.get $name) (i32.const 8)))
      (br_if $words
        (i32.ge_s (local.tee $length (i32.sub (local.get $length) (i32.const 8))) (i32.const 0))))
    (i32.const 1))

  ;; Writes a name so; answers where it ends.
  (func $writeName (param $out i32) (param $name i32) (param $length i32) (result i32)
    (local $word i64)
    (loop $words
      (local.set $word
        (i64.and
          (i64.load (local.get $name))
          (select
            (i64.const -1)
            (i64.sub
              (i64.shl (i64.const 1) (i64.extend_i32_u (i32.shl (local.get $length) (i32.const 3))))
              (i64.const 1))
            (i32.ge_u (local.get $length) (i32.const 8)))))
      (i64.store (local.get $out) (local.get $word))
      (local.set $out (i32.add (local.get $out) (i32.const 8)))
      (local.set $name (i32.add (local.get $name) (i32.const 8)))
      (br_if $words
        (i32.ge_s (local.tee $length (i32.sub (local.get $length) (i32.const 8))) (i32.const 0))))
    (local.get $out))

  ;; Numbers the names in one column of the rows: those that the table has by its numbers, the others in the order in
  ;; which they come, or as -1 where the table is not to grow. Answers how many were new.
  (func (export "numberNames")
    (param $column i32) (param $end i32) (param $table i32) (param $grows i32) (param $number i32) (result i32)
    (local $slots i32) (local $mask i32) (local $hash i32) (local $slot i32) (local $name i32) (local $length i32)
    (local $entry i64) (local $record i32) (local $new i32) (local $at i32)
    (local.set $slots (i32.load (local.get $table)))
    (local.set $mask (i32.load offset=4 (local.get $table)))
    (loop $names
      (local.set $name (i32.load (local.get $column)))
      (local.set $length (i32.load offset=4 (local.get $column)))
      (local.set $hash (i32.wrap_i64 (call $hash (local.get $name) (local.get $length))))
      (local.set $at (i32.and (local.get $hash) (local.get $mask)))
      (block $known
        (loop $probe
          (local.set $slot (i32.add (local.get $slots) (i32.shl (local.get $at) (i32.const 3))))
          (if (i64.ne (local.tee $entry (i64.load (local.get $slot))) (i64.const 0))
            (then
              (local.set $record (i32.wrap_i64 (i64.shr_u (local.get $entry) (i64.const 32))))
              (if (i32.eq (i32.wrap_i64 (local.get $entry)) (local.get $hash))
                (then
                  (br_if $known
                    (call $isName
                      (i32.add (local.get $record) (i32.const 8))
                      (local.get $name)
                      (local.get $length)))))
              (local.set $at (i32.and (i32.add (local.get $at) (i32.const 1)) (local.get $mask)))
              (br $probe))))
        (local.set $new (i32.add (local.get $new) (i32.const 1)))
        ;; What is no record's number.
        (local.set $record (i32.const 0))
        (if (local.get $grows)
          (then
            (local.set $record (i32.load offset=12 (local.get $table)))
            (i32.store offset=12 (local.get $table)
              (call $writeName
                (i32.add (local.get $record) (i32.const 8))
                (local.get $name)
                (local.get $length)))
            (i32.store (local.get $record) (i32.load offset=8 (local.get $table)))
            (i32.store offset=8 (local.get $table)
              (i32.add (i32.load offset=8 (local.get $table)) (i32.const 1)))
            (i64.store (local.get $slot)
              (i64.or
                (i64.shl (i64.extend_i32_u (local.get $record)) (i64.const 32))
                (i64.extend_i32_u (local.get $hash)))))))
      (i32.store (local.get $number) (i32.load (local.get $record)))
      (local.set $number (i32.add (local.get $number) (i32.const 4)))
      (br_if $names
        (i32.lt_u (local.tee $column (i32.add (local.get $column) (i32.const 32))) (local.get $end))))
    (local.get $new))

  ;; Spreads gifts over parts by the names in one column, so that equal names are in the same part. The mark of each is
  ;; where its id begins, plus what the caller adds. Chunks are cut from the free memory at 616 and have
  ;; 4,160 bytes: a power of two would put all of them in the same places of a cache.
  (func (export "spread")
    (param $row i32) (param $end i32) (param $column i32) (param $project i32) (param $amount i32)
    (param $parts i32) (param $shift i32) (param $offset i32)
    (local $name i32) (local $length i32) (local $part i32) (local $out i32) (local $next i32) (local $chunk i32)
    (loop $gifts
      (local.set $name (i32.load (i32.add (local.get $row) (local.get $column))))
      (local.set $length (i32.load offset=4 (i32.add (local.get $row) (local.get $column))))
      (local.set $part
        (i32.add
          (local.get $parts)
          (i32.shl
            (i32.shr_u
              (i32.wrap_i64
                (i64.shr_u (call $hash (local.get $name) (local.get $length)) (i64.const 32)))
              (local.get $shift))
            (i32.const 4))))
      (local.set $out (i32.load (local.get $part)))
      (local.set $next
        (i32.add
          (local.get $out)
          (i32.add (i32.const 24) (i32.and (local.get $length) (i32.const -8)))))
      (if (i32.gt_u (local.get $next) (i32.load offset=4 (local.get $part)))
        (then
          (local.set $chunk (i32.load (i32.const 616)))
          (i32.store (i32.const 616) (i32.add (local.get $chunk) (i32.const 4160)))
          ;; It follows the chunk before, if there is one.
          (if (i32.load offset=8 (local.get $part))
            (then
              (local.set $name (i32.sub (i32.load offset=4 (local.get $part)) (i32.const 4160)))
              (i32.store (local.get $name) (local.get $out))
              (i32.store offset=4 (local.get $name) (local.get $chunk))
              (local.set $name (i32.load (i32.add (local.get $row) (local.get $column)))))
            (else (i32.store offset=8 (local.get $part) (local.get $chunk))))
          (i32.store offset=4 (local.get $part) (i32.add (local.get $chunk) (i32.const 4160)))
          (local.set $next
            (i32.add
              (i32.add (local.get $chunk) (i32.const 8))
              (i32.sub (local.get $next) (local.get $out))))
          (local.set $out (i32.add (local.get $chunk) (i32.const 8)))))
      (i32.store (local.get $part) (local.get $next))
      (i32.store offset=12 (local.get $part)
        (i32.add (i32.load offset=12 (local.get $part)) (i32.const 1)))
      (f64.store (local.get $out) (f64.load (local.get $amount)))
      (i32.store offset=8 (local.get $out) (i32.load (local.get $project)))
      (i32.store offset=12 (local.get $out)
        (i32.add (i32.load offset=24 (local.get $row)) (local.get $offset)))
      (drop
        (call $writeName
          (i32.add (local.get $out) (i32.const 16))
          (local.get $name)
          (local.get $length)))
      (local.set $project (i32.add (local.get $project) (i32.const 4)))
      (local.set $amount (i32.add (local.get $amount) (i32.const 8)))
      (br_if $gifts
        (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 32))) (local.get $end)))))

  ;; Brings together the gifts of each name in a part: givers, in the order in which they come. The slots are empty, a
  ;; power of two and more than there are gifts; a slot has a hash and the number of a giver, from 1 on. Answers how many
  ;; givers there are.
  (func (export "bringTogether") (param $part i32) (param $slots i32) (param $mask i32) (param $givers i32) (result i32)
    (local $chunk i32) (local $gift i32) (local $end i32) (local $hash i64) (local $at i32) (local $slot i32)
    (local $entry i64) (local $count i32) (local $name i32) (local $next i32) (local $other i32) (local $giver i32)
    (local.set $chunk (i32.load offset=8 (local.get $part)))
    (loop $chunks
      (local.set $gift (i32.add (local.get $chunk) (i32.const 8)))
      (local.set $end (i32.load (local.get $chunk)))
      ;; The last one is not full.
      (if (i32.eqz (local.get $end)) (then (local.set $end (i32.load (local.get $part)))))
      (loop $gifts
        (local.set $next (i32.add (local.get $gift) (i32.const 16)))
        (local.set $hash (i64.const 0))
        (loop $bytes
          (local.set $hash
            (i64.mul (i64.xor (local.get $hash) (i64.load (local.get $next))) (i64.const 0x9e3779b97f4a7c15)))
          (local.set $hash (i64.xor (local.get $hash) (i64.shr_u (local.get $hash) (i64.const 32))))
          (local.set $next (i32.add (local.get $next) (i32.const 8)))
          (br_if $bytes (i32.load8_u (i32.sub (local.get $next) (i32.const 1)))))
        (local.set $at (i32.and (i32.wrap_i64 (local.get $hash)) (local.get $mask)))
        (block $placed
          (loop $probe
            (local.set $slot (i32.add (local.get $slots) (i32.shl (local.get $at) (i32.const 3))))
            (local.set $entry (i64.load (local.get $slot)))
            (if (i64.ne (local.get $entry) (i64.const 0))
              (then
                (block $other
                  (br_if $other (i32.ne (i32.wrap_i64 (local.get $entry)) (i32.wrap_i64 (local.get $hash))))
                  (local.set $giver
                    (i32.add
                      (local.get $givers)
                      (i32.shl (i32.wrap_i64 (i64.shr_u (local.get $entry) (i64.const 32))) (i32.const 4))))
                  (local.set $name (i32.add (local.get $gift) (i32.const 16)))
                  (local.set $other (i32.add (i32.load (local.get $giver)) (i32.const 16)))
                  (loop $same
                    (br_if $other (i64.ne (i64.load (local.get $name)) (i64.load (local.get $other))))
                    (local.set $name (i32.add (local.get $name) (i32.const 8)))
                    (local.set $other (i32.add (local.get $other) (i32.const 8)))
                    (br_if $same (i32.lt_u (local.get $name) (local.get $next))))
                  ;; The name of all but the first is not needed any more.
                  (i32.store offset=16 (local.get $gift) (i32.const 0))
                  (if (i32.load offset=4 (local.get $giver))
                    (then (i32.store offset=16 (i32.load offset=8 (local.get $giver)) (local.get $gift)))
                    (else (i32.store offset=4 (local.get $giver) (local.get $gift))))
                  (i32.store offset=8 (local.get $giver) (local.get $gift))
                  (br $placed))
                (local.set $at (i32.and (i32.add (local.get $at) (i32.const 1)) (local.get $mask)))
                (br $probe))))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (i64.store (local.get $slot)
            (i64.or
              (i64.shl (i64.extend_i32_u (local.get $count)) (i64.const 32))
              (i64.extend_i32_u (i32.wrap_i64 (local.get $hash)))))
          (local.set $giver (i32.add (local.get $givers) (i32.shl (local.get $count) (i32.const 4))))
          (i32.store (local.get $giver) (local.get $gift))
          (i32.store offset=4 (local.get $giver) (i32.const 0))
          (i32.store offset=8 (local.get $giver) (local.get $gift)))
        (br_if $gifts (i32.lt_u (local.tee $gift (local.get $next)) (local.get $end))))
      (br_if $chunks (local.tee $chunk (i32.load offset=4 (local.get $chunk)))))
    (local.get $count))

  ;; Adds up the gifts of givers, numbered from one on, to their projects: cut to what counts of a gift and of a giver's
  ;; gifts, then by project, then the roots, if they are wanted. Gifts are in order of their ids whose marks are not below
  ;; a certain one; others are sorted. Answers what counts as far as gifts alone are cut.
  (func (export "addUp")
    (param $giver i32) (param $end i32) (param $number i32) (param $projects i32) (param $list i32)
    (param $perGift f64) (param $perGiver f64) (param $orderedFrom i32) (param $withRoots i32) (result f64)
    (local $total f64) (local $given f64) (local $amount f64) (local $gift i32) (local $project i32) (local $at i32)
    (local $listEnd i32) (local $next i32)
    (loop $givers
      (local.set $given (f64.const 0))
      (local.set $gift (i32.load (local.get $giver)))
      (local.set $next (i32.load offset=4 (local.get $giver)))
      (loop $gifts
        (local.set $amount (f64.load (local.get $gift)))
        (local.set $project (i32.add (local.get $projects) (i32.shl (i32.load offset=8 (local.get $gift)) (i32.const 6))))
        (if (f64.lt (local.get $amount) (f64.const 0))
          (then (i32.store offset=4 (local.get $project) (local.get $number)))
          (else
            (if (i32.eq (i32.load offset=4 (local.get $project)) (local.get $number))
              (then (f64.store (local.get $gift) (f64.const -1)))
              (else
                (if (f64.gt (local.get $amount) (local.get $perGift))
                  (then
                    (f64.store (local.get $gift) (local.tee $amount (local.get $perGift)))
                    (i32.store offset=8 (local.get $project)
                      (i32.or (i32.load offset=8 (local.get $project)) (i32.const 1)))))
                (local.set $given (f64.add (local.get $given) (local.get $amount)))))))
        (local.set $gift (local.get $next))
        ;; What address 16 has after the last is of no use and does no harm.
        (local.set $next (i32.load offset=16 (local.get $gift)))
        (br_if $gifts (local.get $gift)))
      (local.set $total (f64.add (local.get $total) (local.get $given)))
      (if (f64.gt (local.get $given) (local.get $perGiver))
        (then
          (call $cut
            (local.get $giver) (local.get $projects) (local.get $list) (local.get $perGiver) (local.get $orderedFrom))))
      ;; What each project has of this giver, and the projects.
      (local.set $listEnd (local.get $list))
      (local.set $gift (i32.load (local.get $giver)))
      (local.set $next (i32.load offset=4 (local.get $giver)))
      (loop $gifts
        (local.set $amount (f64.load (local.get $gift)))
        (if (f64.ge (local.get $amount) (f64.const 0))
          (then
            (local.set $project (i32.add (local.get $projects) (i32.shl (i32.load offset=8 (local.get $gift)) (i32.const 6))))
            (if (i32.ne (i32.load (local.get $project)) (local.get $number))
              (then
                (i32.store (local.get $project) (local.get $number))
                (f64.store offset=24 (local.get $project) (f64.const 0))
                (i32.store (local.get $listEnd) (local.get $project))
                (local.set $listEnd (i32.add (local.get $listEnd) (i32.const 4)))))
            (f64.store offset=24 (local.get $project)
              (f64.add (f64.load offset=24 (local.get $project)) (local.get $amount)))))
        (local.set $gift (local.get $next))
        ;; What address 16 has after the last is of no use and does no harm.
        (local.set $next (i32.load offset=16 (local.get $gift)))
        (br_if $gifts (local.get $gift)))
      (local.set $at (local.get $list))
      (block $none
        (loop $each
          (br_if $none (i32.eq (local.get $at) (local.get $listEnd)))
          (local.set $project (i32.load (local.get $at)))
          (local.set $amount (f64.load offset=24 (local.get $project)))
          (i32.store offset=12 (local.get $project)
            (i32.add (i32.load offset=12 (local.get $project)) (i32.const 1)))
          (if (f64.gt (local.get $amount) (f64.const 0))
            (then
              (i32.store offset=16 (local.get $project)
                (i32.add (i32.load offset=16 (local.get $project)) (i32.const 1)))
              (i64.store offset=32 (local.get $project)
                (i64.add (i64.load offset=32 (local.get $project)) (i64.trunc_f64_s (local.get $amount))))
              (if (local.get $withRoots)
                (then (call $addRoot (local.get $project) (local.get $amount))))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $each)))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $givers
        (i32.lt_u (local.tee $giver (i32.add (local.get $giver) (i32.const 16))) (local.get $end))))
    (local.get $total))

  ;; Cuts the gifts of a giver to what counts of them together, in order of their ids.
  (func $cut
    (param $giver i32) (param $projects i32) (param $list i32) (param $left f64) (param $orderedFrom i32)
    (local $gift i32) (local $next i32) (local $end i32) (local $project i32) (local $amount f64)
    (local.set $end (local.get $list))
    (local.set $gift (i32.load (local.get $giver)))
    (local.set $next (i32.load offset=4 (local.get $giver)))
    (loop $gifts
      (if (f64.ge (f64.load (local.get $gift)) (f64.const 0))
        (then
          (i32.store (local.get $end) (local.get $gift))
          (local.set $end (i32.add (local.get $end) (i32.const 4)))))
      (local.set $gift (local.get $next))
      ;; What address 16 has after the last is of no use and does no harm.
      (local.set $next (i32.load offset=16 (local.get $gift)))
      (br_if $gifts (local.get $gift)))
    ;; They are in order of their marks, which is that of their ids from a certain one on.
    (if (i32.lt_u (i32.load offset=12 (i32.load (local.get $list))) (local.get $orderedFrom))
      (then
        (if (i32.gt_u (i32.sub (local.get $end) (local.get $list)) (i32.const 64))
          (then
            (call $sort
              (local.get $list)
              (i32.shr_u (i32.sub (local.get $end) (local.get $list)) (i32.const 2))))
          (else (call $sortFew (local.get $list) (local.get $end) (local.get $orderedFrom))))))
    (loop $each
      (local.set $gift (i32.load (local.get $list)))
      (local.set $amount (f64.load (local.get $gift)))
      (if (f64.gt (local.get $amount) (local.get $left))
        (then
          (f64.store (local.get $gift) (local.tee $amount (local.get $left)))
          (local.set $project (i32.add (local.get $projects) (i32.shl (i32.load offset=8 (local.get $gift)) (i32.const 6))))
          (i32.store offset=8 (local.get $project)
            (i32.or (i32.load offset=8 (local.get $project)) (i32.const 2)))))
      (local.set $left (f64.sub (local.get $left) (local.get $amount)))
      (br_if $each
        (i32.lt_u (local.tee $list (i32.add (local.get $list) (i32.const 4))) (local.get $end)))))

  ;; Sorts a few gifts by their ids, each put before those that come after it.
  (func $sortFew (param $list i32) (param $end i32) (param $orderedFrom i32)
    (local $next i32) (local $at i32) (local $gift i32) (local $mark i32) (local $before i32) (local $markBefore i32)
    (local.set $next (local.get $list))
    (loop $each
      (local.set $gift (i32.load (local.get $next)))
      (local.set $mark (i32.load offset=12 (local.get $gift)))
      (local.set $at (local.get $next))
      (block $placed
        (loop $back
          (br_if $placed (i32.eq (local.get $at) (local.get $list)))
          (local.set $before (i32.load (i32.sub (local.get $at) (i32.const 4))))
          (local.set $markBefore (i32.load offset=12 (local.get $before)))
          (if (i32.and
                (i32.ge_u (local.get $mark) (local.get $orderedFrom))
                (i32.ge_u (local.get $markBefore) (local.get $orderedFrom)))
            (then (br_if $placed (i32.lt_u (local.get $markBefore) (local.get $mark))))
            (else
              (br_if $placed
                (i32.lt_s (call $compare (local.get $markBefore) (local.get $mark)) (i32.const 0)))))
          (i32.store (local.get $at) (local.get $before))
          (local.set $at (i32.sub (local.get $at) (i32.const 4)))
          (br $back)))
      (i32.store (local.get $at) (local.get $gift))
      (br_if $each
        (i32.lt_u (local.tee $next (i32.add (local.get $next) (i32.const 4))) (local.get $end)))))

  ;; Adds a square root, as `RootSums` does: whole part and two fractions of 32 bits, rounded down at 64 binary places. One
  ;; so close to a whole unit that a double cannot tell is left to the caller: a project and a number, from the address at
  ;; 620 on, which moves.
  (func $addRoot (param $project i32) (param $value f64)
    (local $root f64) (local $square f64) (local $head f64) (local $tail f64) (local $correction f64)
    (local $whole f64) (local $scaled f64) (local $first f64) (local $second f64) (local $floored f64) (local $gap f64)
    (local $left i32)
    (local.set $root (f64.sqrt (local.get $value)))
    (local.set $square (f64.mul (local.get $root) (local.get $root)))
    ;; The square without error is this and what its halves of 26 bits add (T. J. Dekker, 1971).
    (local.set $scaled (f64.mul (f64.const 134217729) (local.get $root)))
    (local.set $head (f64.sub (local.get $scaled) (f64.sub (local.get $scaled) (local.get $root))))
    (local.set $tail (f64.sub (local.get $root) (local.get $head)))
    (local.set $correction
      (f64.div
        (f64.sub
          (f64.sub (local.get $value) (local.get $square))
          (f64.add
            (f64.add
              (f64.sub (f64.mul (local.get $head) (local.get $head)) (local.get $square))
              (f64.mul (f64.mul (f64.const 2) (local.get $head)) (local.get $tail)))
            (f64.mul (local.get $tail) (local.get $tail))))
        (f64.mul (f64.const 2) (local.get $root))))
    (local.set $whole (f64.floor (local.get $root)))
    (local.set $scaled (f64.mul (f64.sub (local.get $root) (local.get $whole)) (f64.const 4294967296)))
    (local.set $first (f64.floor (local.get $scaled)))
    (local.set $second
      (f64.add
        (f64.mul (f64.sub (local.get $scaled) (local.get $first)) (f64.const 4294967296))
        (f64.mul (f64.mul (local.get $correction) (f64.const 4294967296)) (f64.const 4294967296))))
    (local.set $floored (f64.floor (local.get $second)))
    (local.set $gap (f64.sub (local.get $second) (local.get $floored)))
    (if (i32.and
          (f64.ne (local.get $correction) (f64.const 0))
          (i32.eqz
            (i32.and
              (f64.gt (local.get $gap) (f64.const 0.001))
              (f64.lt (local.get $gap) (f64.const 0.999)))))
      (then
        (local.set $left (i32.load (i32.const 620)))
        (f64.store (local.get $left) (local.get $value))
        (i32.store offset=8 (local.get $left) (local.get $project))
        (i32.store (i32.const 620) (i32.add (local.get $left) (i32.const 16)))
        (return)))
    (i64.store offset=40 (local.get $project)
      (i64.add (i64.load offset=40 (local.get $project)) (i64.trunc_f64_s (local.get $whole))))
    (i64.store offset=48 (local.get $project)
      (i64.add (i64.load offset=48 (local.get $project)) (i64.trunc_f64_s (local.get $first))))
    (i64.store offset=56 (local.get $project)
      (i64.add (i64.load offset=56 (local.get $project)) (i64.trunc_f64_s (local.get $floored)))))

  ;; Eight digits, the first in the lowest byte, as a number; -1 where one of them is none.
  (func $eightDigits (param $text i64) (result i64)
    (local.set $text (i64.xor (local.get $text) (i64.const 0x3030303030303030)))
    (if
      (i64.ne
        (i64.and
          (i64.or (local.get $text) (i64.add (local.get $text) (i64.const 0x7676767676767676)))
          (i64.const 0x8080808080808080))
        (i64.const 0))
      (then (return (i64.const -1))))
    (local.set $text
      (i64.and
        (i64.shr_u (i64.mul (local.get $text) (i64.const 2561)) (i64.const 8))
        (i64.const 0x00ff00ff00ff00ff)))
    (local.set $text
      (i64.and
        (i64.shr_u (i64.mul (local.get $text) (i64.const 6553601)) (i64.const 16))
        (i64.const 0x0000ffff0000ffff)))
    (i64.shr_u (i64.mul (local.get $text) (i64.const 42949672960001)) (i64.const 32)))

  ;; The last digits of those that end here, at most eight of them.
  (func $digits (param $end i32) (param $count i32) (result i64)
    (local $shift i64)
    (local.set $shift
      (i64.shl
        (i64.extend_i32_u
          (i32.sub
            (i32.const 8)
            (select (local.get $count) (i32.const 8) (i32.lt_u (local.get $count) (i32.const 8)))))
        (i64.const 3)))
    ;; What stands before them is made zeros. There is a digit, so that nothing is shifted by all 64 bits.
    (call $eightDigits
      (i64.or
        (i64.shl
          (i64.shr_u (i64.load (i32.sub (local.get $end) (i32.const 8))) (local.get $shift))
          (local.get $shift))
        (i64.and
          (i64.const 0x3030303030303030)
          (i64.sub (i64.shl (i64.const 1) (local.get $shift)) (i64.const 1))))))

  ;; Writes the amounts as doubles; answers 0 where one is no whole number of at most 15 digits, written without zeros
  ;; before it.
  (func (export "readAmounts") (param $column i32) (param $end i32) (param $out i32) (result i32)
    (local $text i32) (local $length i32) (local $low i64) (local $high i64)
    (loop $each
      (local.set $text (i32.load (local.get $column)))
      (local.set $length (i32.load offset=4 (local.get $column)))
      (if (i32.gt_u (local.get $length) (i32.const 15)) (then (return (i32.const 0))))
      (if (i32.and
            (i32.eq (i32.load8_u (local.get $text)) (i32.const 48))
            (i32.ne (local.get $length) (i32.const 1)))
        (then (return (i32.const 0))))
      (local.set $low (call $digits (i32.add (local.get $text) (local.get $length)) (local.get $length)))
      (local.set $high (i64.const 0))
      (if (i32.gt_u (local.get $length) (i32.const 8))
        (then
          (local.set $length (i32.sub (local.get $length) (i32.const 8)))
          (local.set $high (call $digits (i32.add (local.get $text) (local.get $length)) (local.get $length)))))
      (if (i64.lt_s (i64.or (local.get $low) (local.get $high)) (i64.const 0)) (then (return (i32.const 0))))
      (f64.store (local.get $out)
        (f64.convert_i64_s
          (i64.add (local.get $low) (i64.mul (local.get $high) (i64.const 100000000)))))
      (local.set $out (i32.add (local.get $out) (i32.const 8)))
      (br_if $each
        (i32.lt_u (local.tee $column (i32.add (local.get $column) (i32.const 32))) (local.get $end))))
    (i32.const 1))

;; A byte of a name, or 0 after its end.
  (func $byteOf (param $name i32) (param $length i32) (param $at i32) (result i32)
    (if (i32.ge_u (local.get $at) (local.get $length)) (then (return (i32.const 0))))
    (i32.load8_u (i32.add (local.get $name) (local.get $at))))

  ;; Whether a name comes before another, byte by byte.
  (func $isBefore (param $a i32) (param $lengthA i32) (param $b i32) (param $lengthB i32) (result i32)
    (local $at i32) (local $differ i32)
    ;; As a rule both are as long, and differ within their first sixteen bytes.
    (if (i32.eq (local.get $lengthA) (local.get $lengthB))
      (then
        (local.set $at
          (i32.ctz
            (i32.xor
              (i32.const 0x1ffff)
              (i8x16.bitmask (i8x16.eq (v128.load (local.get $a)) (v128.load (local.get $b)))))))
        (if (i32.and
              (i32.lt_u (local.get $at) (i32.const 16))
              (i32.lt_u (local.get $at) (local.get $lengthA)))
          (then
            (return
              (i32.lt_u
                (i32.load8_u (i32.add (local.get $a) (local.get $at)))
                (i32.load8_u (i32.add (local.get $b) (local.get $at)))))))
        (local.set $at (i32.const 0))))
    (loop $parts
      (local.set $differ
        (i32.xor
          (i32.const 0xffff)
          (i8x16.bitmask
            (i8x16.eq
              (call $part (local.get $a) (local.get $lengthA) (local.get $at))
              (call $part (local.get $b) (local.get $lengthB) (local.get $at))))))
      (if (local.get $differ)
        (then
          ;; A part begins four bytes before what it has of the name.
          (local.set $at (i32.sub (i32.add (local.get $at) (i32.ctz (local.get $differ))) (i32.const 4)))
          (return
            (i32.lt_u
              (call $byteOf (local.get $a) (local.get $lengthA) (local.get $at))
              (call $byteOf (local.get $b) (local.get $lengthB) (local.get $at))))))
      (br_if $parts
        (i32.lt_u
          (local.tee $at (i32.add (local.get $at) (i32.const 16)))
          (i32.add
            (select
              (local.get $lengthA)
              (local.get $lengthB)
              (i32.lt_u (local.get $lengthA) (local.get $lengthB)))
            (i32.const 5)))))
    (i32.const 0))

  ;; Whether the ids in a column still ascend: 1 for byte by byte, 2 for shorter ones first and then byte by byte, 3 for
  ;; both, 0 for neither. The last id of the call before stands before the first.
  (func (export "stillAscend") (param $column i32) (param $end i32) (param $orders i32) (result i32)
    (local $before i32) (local $lengthBefore i32) (local $id i32) (local $length i32) (local $isBefore i32)
    (local.set $before (i32.const 640))
    (local.set $lengthBefore (i32.load (i32.const 612)))
    (loop $each
      (local.set $id (i32.load (local.get $column)))
      (local.set $length (i32.load offset=4 (local.get $column)))
      (local.set $isBefore
        (call $isBefore
          (local.get $before)
          (local.get $lengthBefore)
          (local.get $id)
          (local.get $length)))
      (local.set $orders
        (i32.and
          (local.get $orders)
          (i32.or
            (local.get $isBefore)
            (i32.shl
              (i32.or
                (i32.lt_u (local.get $lengthBefore) (local.get $length))
                (i32.and (i32.eq (local.get $lengthBefore) (local.get $length)) (local.get $isBefore)))
              (i32.const 1)))))
      (local.set $before (local.get $id))
      (local.set $lengthBefore (local.get $length))
      (br_if $each
        (i32.lt_u (local.tee $column (i32.add (local.get $column) (i32.const 32))) (local.get $end))))
    (i32.store (i32.const 612) (local.get $length))
    (local.set $column (i32.const 0))
    (loop $keep
      (v128.store offset=640 (local.get $column)
        (v128.load (i32.add (local.get $id) (local.get $column))))
      (br_if $keep
        (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 16)))
          (local.get $length))))
    (local.get $orders)))
