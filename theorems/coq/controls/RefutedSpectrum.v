(* False neighbours of the theorems on the STEP spectrum and the terminal phase, refuted.

   Hypotheses: any ordered field (numFieldType), two majority and two minority classes where a
   concrete size is needed.  No axiom.  Source: this project. *)
From mathcomp Require Import all_ssreflect all_algebra.
From UFM Require Import FieldIdentities Labels Spectrum Multiplicity.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Refuted.
Variables (F : numFieldType) (h : nat) (r : F).
Hypotheses (h_gt0 : (0 < h)%N) (r_gt1 : 1 < r).
Notation M := (step_gram h h r).

Lemma halves_eigenvalues x : eigenvalue M x -> [\/ x = 0, x = r, x = 1 | x = (r + 1) / 2%:R].
Proof.
have hF : h%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
case/(step_spectrum h_gt0) => ->; [by constructor 1|by constructor 2|by constructor 3|constructor 4].
rewrite -[X in X + _](mulr1 h%:R) -mulrDr addrC natrD -mulr2n -[X in _ / X]mulr_natr.
by rewrite -mulf_div divff // mul1r [r + 1]addrC.
Qed.

(* r / 2 in place of (r + 1) / 2 is not an eigenvalue, for r other than 2
   (neighbour of step_contrast_halves). *)
Theorem not_contrast_half_r : r != 2%:R -> ~ eigenvalue M (r / 2%:R).
Proof.
have two : 0 < 2%:R :> F by rewrite ltr0n.
have r0 : 0 < r by apply: lt_trans r_gt1.
move=> r2 /halves_eigenvalues[] /eqP.
- by rewrite mulf_eq0 invr_eq0 (gt_eqF r0) (gt_eqF two).
- rewrite -subr_eq0 -{2}[r]mulr1 -mulrBr mulf_eq0 (gt_eqF r0) /= subr_eq0.
  by rewrite invr_eq1 (eqr_nat F 2 1).
- by rewrite -(inj_eq (mulIf (lt0r_neq0 two))) divfK ?lt0r_neq0 // mul1r (negPf r2).
rewrite -(inj_eq (mulIf (lt0r_neq0 two))) !divfK ?lt0r_neq0 //.
by rewrite -{1}[r]addr0 (inj_eq (addrI r)) eq_sym oner_eq0.
Qed.

(* r + 1, without the division by two, is not an eigenvalue either. *)
Theorem not_contrast_r_plus_1 : ~ eigenvalue M (r + 1).
Proof.
have two : 0 < 2%:R :> F by rewrite ltr0n.
have r0 : 0 < r by apply: lt_trans r_gt1.
have r1 : 0 < r + 1 by rewrite addr_gt0 ?ltr01.
case/halves_eigenvalues=> /eqP.
- by rewrite (gt_eqF r1).
- by rewrite -{2}[r]addr0 (inj_eq (addrI r)) oner_eq0.
- by rewrite -{2}[1]add0r (inj_eq (addIr 1)) (gt_eqF r0).
rewrite -subr_eq0 -{1}[r + 1]mulr1 -mulrBr mulf_eq0 (gt_eqF r1) /= subr_eq0.
by rewrite eq_sym invr_eq1 (eqr_nat F 2 1).
Qed.
End Refuted.

(* In an unequal split the contrast is not +1 on the majority and -1 on the minority: with two
   majority classes and one minority class that vector is not an eigenvector
   (neighbour of step_contrast). *)
Theorem not_plain_contrast_unequal (F : numFieldType) :
  ~ (exists x : F, (row_mx (const_mx 1) (const_mx (-1)) : 'rV[F]_(2 + 1)) *m step_gram 2 1 2%:R
                   = x *: row_mx (const_mx 1) (const_mx (-1))).
Proof.
case=> x E; have := congr1 (@S F _) E.
rewrite /step_gram /two_level /centred !mulmxA S_P // S_scale S_row !S_const mulN1r mul1r.
move/eqP; rewrite eq_sym mulf_eq0 subr_eq0 (eqr_nat F 2 1) orbF => /eqP x0.
move: E; rewrite x0 scale0r -/(two_level 2 1 2%:R 1) -/(step_gram 2 1 2%:R) => E.
have vE : 3%:R *: row_mx (const_mx 1) (const_mx (-1)) = 2%:R *: contrast F 2 1 + ones F 2 1.
  rewrite /contrast /ones -row_mx_const !scale_row_mx add_row_mx !scalemx_const.
  congr row_mx; apply/rowP=> j; rewrite !mxE; first by rewrite !mulr1 (natrD _ 2 1).
  by rewrite mulrN1 mulrN -natrM (natrD _ 3 1) opprD subrK.
have := congr1 (fun v : 'rV[F]_(2 + 1) => v *m step_gram 2 1 2%:R) vE.
rewrite mulmxDl -!scalemxAl step_contrast // step_ones // addr0.
rewrite E scaler0 => /esym/eqP; rewrite !scaler_eq0 mulf_eq0 invr_eq0 -natrM -!natrD !pnatr_eq0 /=.
move/eqP/rowP/(_ (lshift 1 0))/eqP.
by rewrite /contrast row_mxEl !mxE oner_eq0.
Qed.
