(* The spectrum of a two-level centred matrix, and with it of the STEP label matrix.

   p majority classes and q minority classes (k_maj and k_min in the text), k = p + q; a diagonal
   with value a on the majority and b on the minority; the k x k matrix
        two_level a b = P diag(a, .., a, b, .., b) P,        P = I - 11^T/k.
   Row vectors act from the left; the matrices are symmetric, so left and right eigenvectors agree.
   Three uses:
     Z Z^T                  a = r,             b = 1            squared singular values
     Z Omega Z^T            a = r w_maj,       b = w_min        effective weights
     (Z Omega)(Z Omega)^T   a = r w_maj^2,     b = w_min^2      early growth rates squared

   Hypotheses: p, q >= 1; a, b, r in any ordered field (numFieldType).  No axiom.  The same over
   Coq's real numbers, which are no instance without a choice axiom: SpectrumReals.v.
   Computed by: ufm_theory::labels::LabelSvd::step, spectrum::StepSpectrum::sigma (squared).
   Source: arXiv:2601.12011 (STEP, equal halves: the singular values); any split: this project. *)
From mathcomp Require Import all_ssreflect all_algebra.
From UFM Require Import FieldIdentities Labels.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section TwoLevel.
Variables (F : numFieldType) (p q : nat).
Hypotheses (p_gt0 : (0 < p)%N) (q_gt0 : (0 < q)%N).
Notation k := (p + q)%N.

Definition levels (a b : F) : 'rV[F]_k := row_mx (const_mx a) (const_mx b).
Definition two_level (a b : F) : 'M[F]_k := centred (levels a b).

(* The eigenvalue of the middle direction. *)
Definition mid (a b : F) : F := (q%:R * a + p%:R * b) / k%:R.

(* The four kinds of direction. *)
Definition on_majority (u : 'rV[F]_p) : 'rV[F]_k := row_mx u 0.
Definition on_minority (v : 'rV[F]_q) : 'rV[F]_k := row_mx 0 v.
Definition contrast : 'rV[F]_k := row_mx (const_mx q%:R) (const_mx (- p%:R)).
Definition ones : 'rV[F]_k := const_mx 1.

Let k_gt0 : (0 < k)%N. Proof. by rewrite addn_gt0 p_gt0. Qed.
Let k_neq0 : p%:R + q%:R <> 0 :> F. Proof. by apply/eqP; rewrite -natrD pnatr_eq0 -lt0n. Qed.

Lemma S_row (u : 'rV[F]_p) (v : 'rV[F]_q) : S (row_mx u v) = S u + S v.
Proof.
rewrite /S big_split_ord /=; congr (_ + _); apply: eq_bigr=> i _;
by rewrite ?row_mxEl ?row_mxEr.
Qed.

Lemma S_const m (c : F) : S (const_mx c : 'rV[F]_m) = c * m%:R.
Proof. by rewrite /S; under eq_bigr do rewrite mxE; rewrite sumr_const card_ord mulr_natr. Qed.

Lemma S_zero m : S (0 : 'rV[F]_m) = 0.
Proof. by rewrite /S big1 // => i _; rewrite mxE. Qed.

Lemma S_scale m c (v : 'rV[F]_m) : S (c *: v) = c * S v.
Proof. by rewrite /S mulr_sumr; apply: eq_bigr=> i _; rewrite mxE. Qed.

Lemma mul_levels a b (u : 'rV[F]_p) (v : 'rV[F]_q) :
  row_mx u v *m diag_mx (levels a b) = row_mx (a *: u) (b *: v).
Proof.
rewrite mul_mx_diag; apply/rowP=> j; rewrite !mxE.
by case: split => i; rewrite !mxE mulrC.
Qed.

(* two_level is symmetric. *)
Theorem two_level_symmetric a b : (two_level a b)^T = two_level a b.
Proof. exact: centred_symmetric. Qed.

(* Zero-sum directions of the majority: eigenvalue a. *)
Theorem two_level_majority a b (u : 'rV[F]_p) : S u = 0 ->
  on_majority u *m two_level a b = a *: on_majority u.
Proof.
move=> Su; have Sv : S (on_majority u) = 0 by rewrite S_row Su S_zero addr0.
rewrite /two_level /centred !mulmxA (P_fix Sv) mul_levels scaler0.
by rewrite -[in row_mx (a *: u) 0](scaler0 _ a) -scale_row_mx -scalemxAl (P_fix Sv).
Qed.

(* Zero-sum directions of the minority: eigenvalue b. *)
Theorem two_level_minority a b (v : 'rV[F]_q) : S v = 0 ->
  on_minority v *m two_level a b = b *: on_minority v.
Proof.
move=> Sv; have Sw : S (on_minority v) = 0 by rewrite S_row Sv S_zero addr0.
rewrite /two_level /centred !mulmxA (P_fix Sw) mul_levels scaler0.
by rewrite -[in row_mx 0 (b *: v)](scaler0 _ b) -scale_row_mx -scalemxAl (P_fix Sw).
Qed.

Lemma S_contrast : S contrast = 0.
Proof. by rewrite S_row !S_const mulNr [q%:R * _]mulrC subrr. Qed.

(* Majority against minority (q on the majority, -p on the minority): eigenvalue
   (q a + p b) / k. *)
Theorem two_level_contrast a b : contrast *m two_level a b = mid a b *: contrast.
Proof.
rewrite /two_level /centred !mulmxA (P_fix S_contrast) mul_levels !scalemx_const mulP //.
rewrite S_row !S_const /mid natrD mulrN mulNr.
apply/rowP=> j; rewrite !mxE; case: split=> i; rewrite !mxE mulr1.
  exact: contrast_maj.
by rewrite mulrN; apply: contrast_min.
Qed.

(* The all-ones direction: eigenvalue 0. *)
Theorem two_level_ones a b : ones *m two_level a b = 0.
Proof. by rewrite /two_level /centred !mulmxA P_ones // !mul0mx. Qed.

(* An eigenvector for an eigenvalue other than 0, a, b is a multiple of the contrast. *)
Lemma eigenvector_other a b x (v : 'rV[F]_k) : x != 0 -> x != a -> x != b ->
  v *m two_level a b = x *: v -> v != 0 -> x = mid a b.
Proof.
move=> x0 xa xb Av v_neq0.
have Sv : S v = 0.
  by apply: (mulfI x0); rewrite mulr0 -S_scale -Av /two_level /centred !mulmxA S_P.
move: Av; rewrite /two_level /centred !mulmxA (P_fix Sv) mulP //; move: (S _ / _) => c Av.
have [u [z Ev]] : exists (u : 'rV_p) (z : 'rV_q), v = row_mx u z.
  by exists (lsubmx v), (rsubmx v); rewrite hsubmxK.
move: Av Sv v_neq0; rewrite Ev mul_levels S_row => Av Sv v_neq0.
have ax : a - x != 0 by rewrite subr_eq0 eq_sym.
have bx : b - x != 0 by rewrite subr_eq0 eq_sym.
have Eu : u = const_mx (c / (a - x)).
  apply/rowP=> i; have := congr1 (fun M : 'rV_k => M 0 (lshift q i)) Av.
  rewrite !mxE (unsplitK (inl i)) !mxE mulr1 => /eqP.
  rewrite subr_eq addrC -subr_eq -mulrBl => /eqP Ei.
  by rewrite -Ei mulrAC divff ?mul1r.
have Ez : z = const_mx (c / (b - x)).
  apply/rowP=> i; have := congr1 (fun M : 'rV_k => M 0 (rshift p i)) Av.
  rewrite !mxE (unsplitK (inr i)) !mxE mulr1 => /eqP.
  rewrite subr_eq addrC -subr_eq -mulrBl => /eqP Ei.
  by rewrite -Ei mulrAC divff ?mul1r.
have c0 : c != 0.
  apply: contraNneq v_neq0 => c0; rewrite Eu Ez c0 !mul0r; apply/eqP/rowP=> j.
  by rewrite !mxE; case: split=> i; rewrite !mxE.
rewrite /mid natrD; apply: secular => //; try exact/eqP.
apply: (mulfI c0); rewrite mulr0 -[RHS]Sv Eu Ez !S_const mulrDr !mulrA.
by congr (_ + _); rewrite -!mulrA; congr (_ * _); rewrite mulrC.
Qed.

(* Nothing else is an eigenvalue. *)
Theorem two_level_spectrum a b x :
  eigenvalue (two_level a b) x -> [\/ x = 0, x = a, x = b | x = mid a b].
Proof.
case/eigenvalueP=> v Av v_neq0.
have [->|x0] := eqVneq x 0; first by constructor 1.
have [->|xa] := eqVneq x a; first by constructor 2.
have [->|xb] := eqVneq x b; first by constructor 3.
by constructor 4; apply: eigenvector_other Av v_neq0.
Qed.

(* STEP with imbalance ratio r and smallest class of size 1: Z Z^T = two_level r 1.
   Squared singular values r, (p + q r) / k, 1.  Computed by spectrum::StepSpectrum. *)
Definition step_gram (r : F) : 'M[F]_k := two_level r 1.

Theorem step_majority r (u : 'rV[F]_p) : S u = 0 ->
  on_majority u *m step_gram r = r *: on_majority u.
Proof. exact: two_level_majority. Qed.

Theorem step_minority r (v : 'rV[F]_q) : S v = 0 ->
  on_minority v *m step_gram r = on_minority v.
Proof. by move=> Sv; rewrite /step_gram two_level_minority // scale1r. Qed.

Theorem step_contrast r :
  contrast *m step_gram r = ((p%:R + q%:R * r) / k%:R) *: contrast.
Proof. by rewrite /step_gram two_level_contrast /mid mulr1 addrC. Qed.

Theorem step_ones r : ones *m step_gram r = 0.
Proof. exact: two_level_ones. Qed.

Theorem step_spectrum r x :
  eigenvalue (step_gram r) x -> [\/ x = 0, x = r, x = 1 | x = (p%:R + q%:R * r) / k%:R].
Proof. by move/two_level_spectrum; rewrite /mid mulr1 [_ + p%:R]addrC. Qed.
End TwoLevel.

(* Equal halves: the middle squared singular value is (r + 1) / 2, and the contrast is
   proportional to +1 on the majority, -1 on the minority. *)
Theorem step_contrast_halves (F : numFieldType) h (r : F) : (0 < h)%N ->
  (row_mx (const_mx 1) (const_mx (-1)) : 'rV[F]_(h + h)) *m step_gram h h r
  = ((r + 1) / 2%:R) *: row_mx (const_mx 1) (const_mx (-1)).
Proof.
move=> h0; have hF : h%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
have -> : row_mx (const_mx 1) (const_mx (-1)) = h%:R^-1 *: contrast F h h.
  by rewrite /contrast scale_row_mx !scalemx_const mulrN mulVf.
have two : 2%:R = 1 + 1 :> F by rewrite (natrD _ 1 1).
have midE : mid h h r 1 = (r + 1) / 2%:R.
  rewrite /mid natrD two halves_mid //; apply/eqP; rewrite -?two -?natrD ?pnatr_eq0 //.
    by rewrite -lt0n.
  by rewrite -lt0n addn_gt0 h0.
by rewrite -scalemxAl /step_gram two_level_contrast // midE !scalerA mulrC.
Qed.
