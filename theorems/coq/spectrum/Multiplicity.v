(* Multiplicities of the STEP spectrum: k_maj - 1, 1, k_min - 1, 1.

   For the two-level matrix of Spectrum.v (p majority classes with value a, q minority classes with
   value b, 0 < b < a): the eigenspaces of a, of the middle value, of b and of 0 have exactly the
   dimensions p - 1, 1, q - 1, 1, which sum to k = p + q.  Where a dimension is 0 (p = 1 or q = 1)
   the value is not an eigenvalue.
   Hypotheses: p, q >= 1, any ordered field (numFieldType).  No axiom.
   Computed by: ufm_theory::spectrum::StepSpectrum::multiplicity.
   Source: arXiv:2601.12011 (equal halves); any split: this project. *)
From Coq Require Import Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From UFM Require Import FieldIdentities Labels Spectrum.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Multiplicity.
Variables (F : numFieldType) (p q : nat) (a b : F).
Hypotheses (p_gt0 : (0 < p)%N) (q_gt0 : (0 < q)%N) (b_gt0 : 0 < b) (ba : b < a).
Notation k := (p + q)%N.
Notation M := (two_level p q a b).
Let k_gt0 : (0 < k)%N. Proof. by rewrite addn_gt0 p_gt0. Qed.

Lemma mid_between : b < mid p q a b < a.
Proof.
have pF : 0 < p%:R :> F by rewrite ltr0n.
have qF : 0 < q%:R :> F by rewrite ltr0n.
have kF : 0 < k%:R :> F by rewrite ltr0n.
have d0 : 0 < a - b by rewrite subr_gt0.
rewrite /mid ltr_pdivl_mulr // ltr_pdivr_mulr // natrD; apply/andP; split.
  by rewrite mid_low ltr_addl mulr_gt0.
by rewrite mid_high ltr_subl_addr ltr_addl mulr_gt0.
Qed.

Lemma rank_zero_sum m : (0 < m)%N -> \rank (kermx (const_mx 1 : 'M[F]_(m, 1))) = m.-1.
Proof.
case: m => // m _; rewrite mxrank_ker -mxrank_tr trmx_const rank_rV.
suff -> : const_mx 1 != 0 :> 'rV[F]_m.+1 by rewrite subn1.
by apply/eqP=> /rowP/(_ 0)/eqP; rewrite !mxE oner_eq0.
Qed.

Lemma row_zero_sum m (i : 'I_m) : S (row i (kermx (const_mx 1 : 'M[F]_(m, 1)))) = 0.
Proof.
have /matrixP/(_ i 0) := mulmx_ker (const_mx 1 : 'M[F]_(m, 1)).
by rewrite !mxE /S => {2}<-; apply: eq_bigr=> j _; rewrite !mxE mulr1.
Qed.

Lemma majority_rank : (p.-1 <= \rank (eigenspace M a))%N.
Proof.
pose E : 'M[F]_(p, k) := row_mx 1%:M 0.
have freeE : row_free E by rewrite /row_free -mxrank_tr tr_row_mx trmx1 trmx0 rank_col_mx0 mxrank1.
rewrite -(rank_zero_sum p_gt0) -(mxrankMfree _ freeE); apply/mxrankS/eigenspaceP.
have := @row_zero_sum p; move: (kermx _) => K SK; apply/row_matrixP=> i.
by rewrite row_mul linearZ /= !row_mul mul_mx_row mulmx1 mulmx0 two_level_majority // SK.
Qed.

Lemma minority_rank : (q.-1 <= \rank (eigenspace M b))%N.
Proof.
pose E : 'M[F]_(q, k) := row_mx 0 1%:M.
have freeE : row_free E by rewrite /row_free -mxrank_tr tr_row_mx trmx1 trmx0 rank_col_0mx mxrank1.
rewrite -(rank_zero_sum q_gt0) -(mxrankMfree _ freeE); apply/mxrankS/eigenspaceP.
have := @row_zero_sum q; move: (kermx _) => K SK; apply/row_matrixP=> i.
by rewrite row_mul linearZ /= !row_mul mul_mx_row mulmx1 mulmx0 two_level_minority // SK.
Qed.

Lemma line_rank x (v : 'rV[F]_k) : v != 0 -> v *m M = x *: v -> (1 <= \rank (eigenspace M x))%N.
Proof.
move=> v0 vM; have <- : \rank v = 1%N by rewrite rank_rV v0.
exact/mxrankS/eigenspaceP.
Qed.

Lemma contrast_rank : (1 <= \rank (eigenspace M (mid p q a b)))%N.
Proof.
apply: (line_rank (v := contrast F p q)); last exact: two_level_contrast.
apply/eqP=> /rowP/(_ (lshift q (Ordinal p_gt0)))/eqP.
by rewrite /contrast row_mxEl !mxE pnatr_eq0 -leqn0 leqNgt q_gt0.
Qed.

Lemma ones_rank : (1 <= \rank (eigenspace M 0))%N.
Proof.
apply: (line_rank (v := ones F p q)); last by rewrite two_level_ones // scale0r.
by apply/eqP=> /rowP/(_ (Ordinal k_gt0))/eqP; rewrite !mxE oner_eq0.
Qed.

Lemma rank_total : (\rank (eigenspace M a) + \rank (eigenspace M (mid p q a b))
  + \rank (eigenspace M b) + \rank (eigenspace M 0)%R <= k)%N.
Proof.
pose x (i : 'I_4) := [:: a; mid p q a b; b; 0]`_i.
have xU : uniq [:: a; mid p q a b; b; 0].
  have /andP[bm ma] := mid_between.
  have m0 : 0 < mid p q a b by apply: lt_trans bm.
  have a0 : 0 < a by apply: lt_trans ba.
  by rewrite /= !inE !negb_or (gt_eqF ma) (gt_eqF ba) (gt_eqF a0) (gt_eqF bm) (gt_eqF m0) (gt_eqF b_gt0).
have xI : {in predT &, injective x}.
  by move=> i j _ _ /eqP; rewrite nth_uniq // => /eqP/val_inj.
have : mxdirect (\sum_(i < 4) eigenspace M (x i)) by apply: mxdirect_sum_eigenspace.
rewrite mxdirectE /= => /eqP E; have := rank_leq_col (\sum_i eigenspace M (x i))%MS.
by rewrite E !big_ord_recl big_ord0 addn0 !addnA.
Qed.

Lemma four_ranks : [/\ \rank (eigenspace M a) = p.-1, \rank (eigenspace M (mid p q a b)) = 1%N,
  \rank (eigenspace M b) = q.-1 & \rank (eigenspace M 0) = 1%N].
Proof.
move: majority_rank minority_rank contrast_rank ones_rank rank_total.
move: (\rank (eigenspace M a)) (\rank (eigenspace M (mid p q a b))) (\rank (eigenspace M b))
  (\rank (eigenspace M 0)) => w x y z.
rewrite -(prednK p_gt0) -(prednK q_gt0) /=; move: p.-1 q.-1 => p' q' wp yq x1 z1 tot.
move: wp yq x1 z1 tot => /ssrnat.leP wp /ssrnat.leP yq /ssrnat.leP x1 /ssrnat.leP z1 /ssrnat.leP; rewrite -!plusE => tot.
by split; lia.
Qed.

(* The value a (squared singular value R on the majority) has multiplicity k_maj - 1.
   Computed by spectrum::StepSpectrum::multiplicity. *)
Theorem majority_multiplicity : \rank (eigenspace M a) = p.-1.
Proof. by case: four_ranks. Qed.

(* The middle value has multiplicity 1. *)
Theorem contrast_multiplicity : \rank (eigenspace M (mid p q a b)) = 1%N.
Proof. by case: four_ranks. Qed.

(* The value b (squared singular value 1 on the minority) has multiplicity k_min - 1. *)
Theorem minority_multiplicity : \rank (eigenspace M b) = q.-1.
Proof. by case: four_ranks. Qed.

(* The value 0 has multiplicity 1: the label matrix has rank k - 1. *)
Theorem ones_multiplicity : \rank (eigenspace M 0) = 1%N.
Proof. by case: four_ranks. Qed.

(* The four multiplicities sum to the number of classes. *)
Theorem multiplicities_sum : (p.-1 + 1 + q.-1 + 1 = k)%N.
Proof. by rewrite !addn1 prednK // -addnS prednK. Qed.

(* The middle value lies strictly between the other two. *)
Theorem contrast_between : b < mid p q a b < a.
Proof. exact: mid_between. Qed.
End Multiplicity.
