(* False neighbours of the theorems on the terminal phase, refuted.

   Hypotheses: any totally ordered field (realFieldType); the counterexamples are 1 x 1 matrices.
   No axiom.  Source: this project. *)
From mathcomp Require Import all_ssreflect all_algebra.
From UFM Require Import Terminal.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Refuted.
Variable F : realFieldType.
Notation scalar a := (a%:M : 'M[F]_1).

(* Without the balance the terminal Gram matrices may differ: W = 2, H = 1/2 and W = H = 1 both
   interpolate Z = 1 (neighbour of same_terminal_grams). *)
Theorem not_same_grams_without_balance :
  ~ (forall W H W' H' : 'M[F]_1, W *m H = W' *m H' -> W *m W^T = W' *m W'^T).
Proof.
have two : 2%:R != 0 :> F by rewrite pnatr_eq0.
move=> /(_ (scalar 2%:R) (scalar 2%:R^-1) (scalar 1) (scalar 1)).
rewrite !tr_scalar_mx -!scalar_mxM divff // mulr1 => /(_ erefl) /matrixP/(_ 0 0)/eqP.
by rewrite !mxE eqxx -natrM (eqr_nat F 4 1).
Qed.

(* Without positivity square roots are not unique: 1 and -1 (neighbour of
   psd_square_root_unique). *)
Theorem not_square_root_unique_without_psd :
  ~ (forall A B : 'M[F]_1, A^T = A -> B^T = B -> A *m A = B *m B -> A = B).
Proof.
move=> /(_ (scalar 1) (scalar (- 1))); rewrite !tr_scalar_mx -!scalar_mxM mulrNN mulr1.
move=> /(_ erefl erefl erefl) /matrixP/(_ 0 0)/eqP.
by rewrite !mxE eqxx !mulr1n -subr_eq0 opprK -(natrD _ 1 1) pnatr_eq0.
Qed.
End Refuted.
