(* A false neighbour of the product of the growth rates, refuted.  Source: this project. *)
From mathcomp Require Import all_ssreflect all_algebra.
From UFM Require Import Labels GrowthProduct.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Without the division by k (neighbour of centred_product): two strengths of 1, whose matrix is P with the eigenvalues 0 and 1. *)
Theorem not_product_without_division :
  ~ (forall (F : numFieldType) (k : nat) (m : 'rV[F]_k) (s : seq F), (0 < k)%N -> (forall c, m 0 c != 0) ->
       char_poly (centred m) = 'X * \prod_(x <- s) ('X - x%:P) ->
       \prod_(x <- s) x = (\prod_c m 0 c) * (\sum_c (m 0 c)^-1)).
Proof.
move=> X; pose m : 'rV[rat_numFieldType]_2 := const_mx 1.
have AP : centred m = P rat_numFieldType 2 by rewrite /centred diag_const_mx mulmx1 centring_idempotent.
have X1 : 'X - 1 != 0 :> {poly rat_numFieldType} by rewrite -(rmorph1 (polyC_rmorphism rat_numFieldType)) polyXsubC_eq0.
have E : char_poly (centred m) = 'X * \prod_(x <- [:: 1]) ('X - x%:P).
  rewrite big_seq1; apply: (mulIf X1); rewrite char_poly_filled // AP PJ //.
  rewrite char_poly_trig ?scalar_mx_is_trig // !big_ord_recl big_ord0 !mxE !eqxx mulr1 !mulr1n.
  by rewrite (rmorph1 (polyC_rmorphism rat_numFieldType)) mulrA.
have := X _ _ m [:: 1] isT _ E; rewrite big_seq1.
under [X in _ = X * _]eq_bigr do rewrite mxE; under [X in _ = _ * X]eq_bigr do rewrite mxE invr1.
rewrite !big_ord_recl !big_ord0 !mulr1 => /(_ _) H.
have /H /eqP : forall c, m 0 c != 0 by move=> c; rewrite mxE oner_eq0.
by rewrite mul1r addr0.
Qed.
