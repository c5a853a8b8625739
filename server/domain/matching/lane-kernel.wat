;; Applies rules in turn, each in all lanes: the loop in which `settle` spends most of its time, two lanes an instruction
;; and four a round. It is `applyInTurn` of lane-kernel.ts once more and works on the table that lane-table.ts describes.
;; Additions, products, floors and comparisons of doubles are the same here and there, and so are all bits.
(module
  (memory (import "lanes" "memory") 1)
  (func (export "applyInTurn")
    ;; From which rule to which; how long the row of a party is; the rows of what all pay and of who is held; in bytes.
    (param $rule i32) (param $end i32) (param $rowBytes i32) (param $everything i32) (param $held i32)
    ;; How many rules lowered their pledge in some lane.
    (result i32)
    (local $own i32) (local $total i32) (local $first i32) (local $second i32) (local $third i32)
    (local $moreFrom i32) (local $moreEnd i32) (local $less i32)
    (local $party v128) (local $steps v128) (local $stepsPerUnit v128) (local $least v128) (local $step v128)
    (local $lane i32) (local $more i32) (local $row i32) (local $fallen v128) (local $fell i32) (local $count i32)
    ;; Of the first two lanes of a round, and of the other two.
    (local $others v128) (local $now v128) (local $by v128)
    (local $others2 v128) (local $now2 v128) (local $by2 v128)
    (loop $rules
      (local.set $own (i32.load (local.get $rule)))
      (local.set $total (i32.load offset=4 (local.get $rule)))
      (local.set $first (i32.load offset=8 (local.get $rule)))
      (local.set $second (i32.load offset=12 (local.get $rule)))
      (local.set $third (i32.load offset=16 (local.get $rule)))
      (local.set $moreFrom (i32.load offset=20 (local.get $rule)))
      (local.set $moreEnd (i32.load offset=24 (local.get $rule)))
      (local.set $less (i32.load offset=28 (local.get $rule)))
      (local.set $party (v128.load64_splat offset=40 (local.get $rule)))
      (local.set $steps (v128.load64_splat offset=48 (local.get $rule)))
      (local.set $stepsPerUnit (v128.load64_splat offset=56 (local.get $rule)))
      (local.set $least (v128.load64_splat offset=64 (local.get $rule)))
      (local.set $step (v128.load64_splat offset=72 (local.get $rule)))
      (local.set $fallen (v128.const i64x2 0 0))
      (local.set $lane (i32.const 0))
      (loop $lanes
        ;; What the others pay: three of them, then those beyond; of all, less the own party.
        (local.set $row (i32.add (local.get $first) (local.get $lane)))
        (local.set $others (v128.load (local.get $row)))
        (local.set $others2 (v128.load offset=16 (local.get $row)))
        (local.set $row (i32.add (local.get $second) (local.get $lane)))
        (local.set $others (f64x2.add (local.get $others) (v128.load (local.get $row))))
        (local.set $others2 (f64x2.add (local.get $others2) (v128.load offset=16 (local.get $row))))
        (local.set $row (i32.add (local.get $third) (local.get $lane)))
        (local.set $others (f64x2.add (local.get $others) (v128.load (local.get $row))))
        (local.set $others2 (f64x2.add (local.get $others2) (v128.load offset=16 (local.get $row))))
        (if (i32.ne (local.get $moreFrom) (local.get $moreEnd))
          (then
            (local.set $more (local.get $moreFrom))
            (loop $beyond
              (local.set $row (i32.add (i32.load (local.get $more)) (local.get $lane)))
              (local.set $others (f64x2.add (local.get $others) (v128.load (local.get $row))))
              (local.set $others2 (f64x2.add (local.get $others2) (v128.load offset=16 (local.get $row))))
              (local.set $more (i32.add (local.get $more) (i32.const 4)))
              (br_if $beyond (i32.ne (local.get $more) (local.get $moreEnd))))))
        (if (local.get $less)
          (then
            (local.set $row (i32.add (local.get $less) (local.get $lane)))
            (local.set $others (f64x2.sub (local.get $others) (v128.load (local.get $row))))
            (local.set $others2 (f64x2.sub (local.get $others2) (v128.load offset=16 (local.get $row))))))
        ;; By how much more the pledge pays than its rule keeps: not below nothing, and nothing where it is held.
        (local.set $row (i32.add (local.get $own) (local.get $lane)))
        (local.set $now (v128.load (local.get $row)))
        (local.set $now2 (v128.load offset=16 (local.get $row)))
        (local.set $by (f64x2.sub (local.get $now)
          (v128.and
            (f64x2.ge (local.get $others) (local.get $least))
            (f64x2.mul (local.get $step)
              (f64x2.floor
                (f64x2.add (local.get $steps) (f64x2.mul (local.get $stepsPerUnit) (local.get $others))))))))
        (local.set $by2 (f64x2.sub (local.get $now2)
          (v128.and
            (f64x2.ge (local.get $others2) (local.get $least))
            (f64x2.mul (local.get $step)
              (f64x2.floor
                (f64x2.add (local.get $steps) (f64x2.mul (local.get $stepsPerUnit) (local.get $others2))))))))
        (local.set $row (i32.add (local.get $held) (local.get $lane)))
        (local.set $by (v128.and
          (f64x2.ne (local.get $party) (v128.load (local.get $row)))
          (f64x2.pmax (local.get $by) (v128.const i64x2 0 0))))
        (local.set $by2 (v128.and
          (f64x2.ne (local.get $party) (v128.load offset=16 (local.get $row)))
          (f64x2.pmax (local.get $by2) (v128.const i64x2 0 0))))
        (local.set $fallen (v128.or (local.get $fallen) (v128.or (local.get $by) (local.get $by2))))
        ;; The pledge, its party where that has other pledges too, and all together pay that much less.
        (local.set $row (i32.add (local.get $own) (local.get $lane)))
        (v128.store (local.get $row) (f64x2.sub (local.get $now) (local.get $by)))
        (v128.store offset=16 (local.get $row) (f64x2.sub (local.get $now2) (local.get $by2)))
        (if (i32.ne (local.get $own) (local.get $total))
          (then
            (local.set $row (i32.add (local.get $total) (local.get $lane)))
            (v128.store (local.get $row) (f64x2.sub (v128.load (local.get $row)) (local.get $by)))
            (v128.store offset=16 (local.get $row)
              (f64x2.sub (v128.load offset=16 (local.get $row)) (local.get $by2)))))
        (local.set $row (i32.add (local.get $everything) (local.get $lane)))
        (v128.store (local.get $row) (f64x2.sub (v128.load (local.get $row)) (local.get $by)))
        (v128.store offset=16 (local.get $row) (f64x2.sub (v128.load offset=16 (local.get $row)) (local.get $by2)))
        (local.set $lane (i32.add (local.get $lane) (i32.const 32)))
        (br_if $lanes (i32.ne (local.get $lane) (local.get $rowBytes))))
      (local.set $fell (v128.any_true (local.get $fallen)))
      (i32.store offset=32 (local.get $rule) (local.get $fell))
      (local.set $count (i32.add (local.get $count) (local.get $fell)))
      (local.set $rule (i32.add (local.get $rule) (i32.const 80)))
      (br_if $rules (i32.ne (local.get $rule) (local.get $end))))
    (local.get $count)))
