(* Effective weights of the STEP profile: Lambda = V^T Omega V is diagonal.

   At the level of samples: p majority classes with m_maj samples each, q minority classes with
   m_min each (any two counts >= 1), and a weight w_maj or w_min for each sample by its class.
   A left singular vector u of Z gives the right singular vector v = u Z / sigma (a row vector over
   the samples).  Along the four kinds of direction of Spectrum.v the quadratic form v Omega v^T is
   diagonal, with
     lambda_maj = w_maj,   lambda_min = w_min,
     lambda_mid = (k_min R w_maj + k_maj w_min) / (k_min R + k_maj),   R = m_maj / m_min.
   Everything is stated for u Z without the factor 1 / sigma, so that no square root is needed:
   (u Z) Omega (u' Z)^T = lambda (u Z)(u' Z)^T.

   Hypotheses: p, q, m_maj, m_min >= 1; labels given by any map y with these counts; weights in any
   ordered field.  No axiom.
   Computed by: ufm_theory::labels::LabelSvd::effective_weights, spectrum::StepSpectrum::lambda.
   Source: arXiv:2601.12011 uses lambda in the rates; its diagonality for any split: this project. *)
From mathcomp Require Import all_ssreflect all_algebra.
From UFM Require Import Labels Spectrum.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section StepSamples.
Variables (F : numFieldType) (p q N : nat) (y : 'I_N -> 'I_(p + q)) (m_maj m_min : nat).
Hypotheses (p_gt0 : (0 < p)%N) (q_gt0 : (0 < q)%N).
Hypotheses (m_maj_gt0 : (0 < m_maj)%N) (m_min_gt0 : (0 < m_min)%N).
Hypothesis count_maj : forall c, class_count y (lshift q c) = m_maj.
Hypothesis count_min : forall c, class_count y (rshift p c) = m_min.
Variables w_maj w_min : F.

(* The class weights, the weight of every sample, and the labels. *)
Definition class_weight (c : 'I_(p + q)) : F := if split c is inl _ then w_maj else w_min.
Notation Z := (Z F y).
Notation Om := (Omega y class_weight).

(* The three effective weights. *)
Definition count_ratio : F := m_maj%:R / m_min%:R.
Definition lambda_maj : F := w_maj.
Definition lambda_min : F := w_min.
Definition lambda_mid : F := (q%:R * count_ratio * w_maj + p%:R * w_min) / (q%:R * count_ratio + p%:R).

Let k_gt0 : (0 < p + q)%N. Proof. by rewrite addn_gt0 p_gt0. Qed.

(* Z Z^T is the two-level matrix of the counts. *)
Theorem step_label_gram : Z *m Z^T = two_level p q m_maj%:R m_min%:R.
Proof.
rewrite label_gram // /two_level; congr centred; apply/rowP=> c; rewrite !mxE.
by rewrite -[c]splitK; case: split => i; rewrite (unsplitK (_ i)) mxE ?count_maj ?count_min.
Qed.

(* Z Omega Z^T is the two-level matrix of the counts times the weights. *)
Theorem step_weighted_gram : Z *m Om *m Z^T = two_level p q (m_maj%:R * w_maj) (m_min%:R * w_min).
Proof.
rewrite weighted_label_gram // /two_level; congr centred; apply/rowP=> c; rewrite !mxE /class_weight.
by rewrite -[c]splitK; case: split => i; rewrite (unsplitK (_ i)) mxE ?count_maj ?count_min.
Qed.

(* (Z Omega)(Z Omega)^T, whose eigenvalues are the squared early growth rates of the exact flow. *)
Theorem step_growth_gram : (Z *m Om) *m (Z *m Om)^T
  = two_level p q (m_maj%:R * w_maj ^+ 2) (m_min%:R * w_min ^+ 2).
Proof.
rewrite growth_gram // /two_level; congr centred; apply/rowP=> c; rewrite !mxE /class_weight.
by rewrite -[c]splitK; case: split => i; rewrite (unsplitK (_ i)) mxE ?count_maj ?count_min.
Qed.

(* Each kind of direction u satisfies u Z Omega Z^T = lambda u Z Z^T, with its lambda. *)
Theorem effective_weight_majority (u : 'rV[F]_p) : S u = 0 ->
  on_majority q u *m (Z *m Om *m Z^T) = lambda_maj *: (on_majority q u *m (Z *m Z^T)).
Proof.
move=> Su; rewrite step_weighted_gram step_label_gram !two_level_majority // scalerA.
by rewrite mulrC.
Qed.

Theorem effective_weight_minority (v : 'rV[F]_q) : S v = 0 ->
  on_minority p v *m (Z *m Om *m Z^T) = lambda_min *: (on_minority p v *m (Z *m Z^T)).
Proof.
move=> Sv; rewrite step_weighted_gram step_label_gram !two_level_minority // scalerA.
by rewrite mulrC.
Qed.

Let m_min0 : m_min%:R != 0 :> F. Proof. by rewrite pnatr_eq0 -lt0n. Qed.

Lemma mixture_neq0 : q%:R * count_ratio + p%:R != 0.
Proof.
rewrite gt_eqF // addr_gt0 ?ltr0n // mulr_gt0 ?ltr0n //.
by rewrite /count_ratio divr_gt0 ?ltr0n.
Qed.

Lemma mid_lambda :
  mid p q (m_maj%:R * w_maj) (m_min%:R * w_min) = lambda_mid * mid p q m_maj%:R m_min%:R.
Proof.
have majE : m_maj%:R = count_ratio * m_min%:R by rewrite /count_ratio divfK.
rewrite /mid [RHS]mulrA; congr (_ / _); rewrite majE.
have -> : q%:R * (count_ratio * m_min%:R) + p%:R * m_min%:R = (q%:R * count_ratio + p%:R) * m_min%:R.
  by rewrite mulrDl mulrA.
rewrite [RHS]mulrA /lambda_mid (divfK mixture_neq0) [RHS]mulrDl.
by congr (_ + _); rewrite -!mulrA; congr (_ * _); rewrite ?[m_min%:R * _]mulrC.
Qed.

Theorem effective_weight_contrast :
  contrast F p q *m (Z *m Om *m Z^T) = lambda_mid *: (contrast F p q *m (Z *m Z^T)).
Proof.
by rewrite step_weighted_gram step_label_gram !two_level_contrast // mid_lambda scalerA.
Qed.

(* The directions of left singular vectors: zero-sum on the majority, zero-sum on the minority,
   or a multiple of the contrast; and the effective weight of each. *)
Variant mode : 'rV[F]_(p + q) -> F -> Prop :=
| MajorityMode u of S u = 0 : mode (on_majority q u) lambda_maj
| MinorityMode v of S v = 0 : mode (on_minority p v) lambda_min
| ContrastMode a : mode (a *: contrast F p q) lambda_mid.

Lemma mode_weight u lambda : mode u lambda ->
  u *m (Z *m Om *m Z^T) = lambda *: (u *m (Z *m Z^T)).
Proof.
case=> [{}u|v|a]; first exact: effective_weight_majority.
  exact: effective_weight_minority.
by rewrite -!scalemxAl effective_weight_contrast !scalerA mulrC.
Qed.

(* Lambda is diagonal: right singular directions u Z and u' Z that are orthogonal stay orthogonal
   under Omega, and on u Z itself the form is lambda times the squared length.
   The matrix is labels::LabelSvd::effective_weights. *)
Theorem effective_weights_diagonal (u u' : 'rV[F]_(p + q)) lambda : mode u lambda ->
  (u *m Z) *m Om *m (u' *m Z)^T = lambda *: ((u *m Z) *m (u' *m Z)^T).
Proof.
move=> /mode_weight E.
transitivity (u *m (Z *m Om *m Z^T) *m u'^T); first by rewrite (trmx_mul u') !mulmxA.
by rewrite E (trmx_mul u') -scalemxAl !mulmxA.
Qed.

Corollary effective_weights_off_diagonal (u u' : 'rV[F]_(p + q)) lambda : mode u lambda ->
  (u *m Z) *m (u' *m Z)^T = 0 -> (u *m Z) *m Om *m (u' *m Z)^T = 0.
Proof. by move=> /effective_weights_diagonal -> ->; rewrite scaler0. Qed.

(* Directions of different kinds are orthogonal, as are their right singular vectors. *)
Theorem mode_kinds_orthogonal (u : 'rV[F]_p) (v : 'rV[F]_q) : S u = 0 -> S v = 0 ->
  [/\ (on_majority q u *m Z) *m (on_minority p v *m Z)^T = 0,
      (on_majority q u *m Z) *m (contrast F p q *m Z)^T = 0
    & (on_minority p v *m Z) *m (contrast F p q *m Z)^T = 0].
Proof.
move=> Su Sv.
have const_dot l (x : 'rV[F]_l) c : S x = 0 -> x *m (const_mx c : 'rV_l)^T = 0.
  move=> Sx; apply/matrixP=> i j; rewrite !mxE; under eq_bigr do rewrite !mxE.
  by rewrite -mulr_suml [i]ord1 -/(S x) Sx mul0r.
have gram a b : (a *m Z) *m (b *m Z)^T = (a *m (Z *m Z^T)) *m b^T by rewrite (trmx_mul b) !mulmxA.
rewrite !gram step_label_gram !two_level_majority // !two_level_minority // -!scalemxAl.
rewrite /on_majority /on_minority /contrast !tr_row_mx !mul_row_col !const_dot ?S_zero //.
by rewrite !mul0mx !addr0 !scaler0.
Qed.
End StepSamples.

(* Equal halves, smallest weight 1: lambda_mid = (R w_maj + 1) / (R + 1); with w_maj = R^(-gamma)
   this is (R^(1 - gamma) + 1) / (R + 1). *)
Theorem lambda_mid_halves (F : numFieldType) h m_maj m_min (w_maj : F) : (0 < h)%N ->
  lambda_mid h h m_maj m_min w_maj 1 = (count_ratio F m_maj m_min * w_maj + 1) / (count_ratio F m_maj m_min + 1).
Proof.
move=> h0; have hF : h%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
rewrite /lambda_mid; move: (count_ratio F m_maj m_min) => x.
have -> : h%:R * x * w_maj + h%:R * 1 = h%:R * (x * w_maj + 1) by rewrite mulrDr mulrA.
have -> : h%:R * x + h%:R = h%:R * (x + 1) by rewrite mulrDr mulr1.
by rewrite -mulf_div divff // mul1r.
Qed.
