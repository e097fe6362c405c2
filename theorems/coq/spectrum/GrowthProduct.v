(* The product of the squared growth rates: prod m_c . sum 1 / m_c / k.

   (Z Omega) (Z Omega)^T = P diag(m) P with m_c = n_c omega_c^2 (Labels.v) has k - 1 eigenvalues besides the 0 of the constant vector.  With
   J = 1 1^T / k, P = I - J, and A = P D P: as A J = J A = 0,
        char_poly A . (X - 1) = X . char_poly (A + J),
   so their product is det (A + J); and A + J, times the unipotent I + J D P, is D P + J = D (I + (D^-1 - I) J), whose determinant is
   prod m_c . sum 1 / m_c / k.  The eigenvalues are counted as roots of the characteristic polynomial; where Z Omega = U diag(rho) V^T with
   orthonormal columns they are the squares of rho.

   Hypotheses: k > 0, every class has a sample, no weight is 0; F any ordered field.  No axiom.
   Computed by: ufm_theory::exact_flow::GrowthRates.
   Source: this project. *)
From mathcomp Require Import all_ssreflect all_algebra.
From UFM Require Import Labels.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* det (x + B C) and det (x + C B), for factors of any two shapes. *)
Lemma det_exchange (R : comRingType) k r (B : 'M[R]_(k, r)) (C : 'M[R]_(r, k)) (x : R) :
  x ^+ r * \det (x%:M + B *m C) = x ^+ k * \det (x%:M + C *m B).
Proof.
pose M := block_mx x%:M B (- C) 1%:M.
have E1 : \det M = \det (x%:M + B *m C).
  have -> : M = block_mx (x%:M + B *m C) B 0 1%:M *m block_mx 1%:M 0 (- C) 1%:M.
    by rewrite mulmx_block !mulmx1 !mul1mx !mulmx0 mulmxN addrK !add0r.
  by rewrite det_mulmx det_ublock det_lblock !det1 !mulr1.
have E2 : \det M * x ^+ r = x ^+ k * \det (x%:M + C *m B).
  have -> : \det M * x ^+ r = \det (M *m block_mx 1%:M (- B) 0 x%:M).
    by rewrite det_mulmx det_ublock det1 mul1r det_scalar.
  have -> : M *m block_mx 1%:M (- B) 0 x%:M = block_mx x%:M 0 (- C) (x%:M + C *m B).
    rewrite mulmx_block !mulmx1 !mul1mx !mulmx0 !addr0 !mulmxN mulNmx opprK mul_scalar_mx mul_mx_scalar addNr.
    by rewrite [C *m B + _]addrC.
  by rewrite det_lblock det_scalar.
by rewrite -E2 E1 mulrC.
Qed.

(* The determinant of a change of the unit matrix of rank one. *)
Lemma det_rank_one (R : comRingType) k (u : 'cV[R]_k) (v : 'rV[R]_k) : \det (1%:M + u *m v) = 1 + (v *m u) 0 0.
Proof. by have := det_exchange u v 1; rewrite !expr1n !mul1r => ->; rewrite [1%:M + _]mx11_scalar det_scalar expr1 !mxE. Qed.

Section Product.
Variables (F : numFieldType) (k : nat).
Hypothesis k_gt0 : (0 < k)%N.
Variable m : 'rV[F]_k.
Hypothesis m_neq0 : forall c, m 0 c != 0.

Let k_neq0 : k%:R != 0 :> F. Proof. by rewrite pnatr_eq0 -lt0n. Qed.

Notation P := (P F k).
Notation D := (diag_mx m).
Notation A := (centred m).
Let ones : 'cV[F]_k := const_mx 1.
Let mean : 'rV[F]_k := k%:R^-1 *: const_mx 1.
Let J : 'M[F]_k := ones *m mean.

Lemma projector : P = 1%:M - J.
Proof.
rewrite /P /J /ones /mean -scalemxAr; congr (_ - _ *: _).
by apply/matrixP=> i j; rewrite !mxE big_ord1 !mxE mulr1.
Qed.

Lemma PJ : P + J = 1%:M. Proof. by rewrite projector subrK. Qed.
Lemma mean_ones : (mean *m ones) 0 0 = 1.
Proof.
rewrite /mean -scalemxAl !mxE.
by under eq_bigr do rewrite !mxE mulr1; rewrite sumr_const card_ord mulVf.
Qed.
Lemma mean_P : mean *m P = 0.
Proof. by rewrite /mean -scalemxAl P_ones // scaler0. Qed.
Lemma P_ones_r : P *m ones = 0.
Proof.
apply: trmx_inj; rewrite trmx_mul centring_symmetric trmx0 /ones trmx_const.
exact: P_ones.
Qed.
Lemma J_ones : J *m ones = ones.
Proof. by rewrite /J -mulmxA [mean *m ones]mx11_scalar mean_ones mulmx1. Qed.
Lemma J_P : J *m P = 0. Proof. by rewrite /J -mulmxA mean_P mulmx0. Qed.
Lemma P_J : P *m J = 0. Proof. by rewrite /J mulmxA P_ones_r mul0mx. Qed.

(* The determinant with the constant vector filled in. *)
Lemma det_filled : \det (A + J) = (\prod_c m 0 c) * (\sum_c (m 0 c)^-1) / k%:R.
Proof.
have U : \det (1%:M + J *m D *m P) = 1.
  have -> : J *m D *m P = ones *m (mean *m D *m P) by rewrite /J !mulmxA.
  by rewrite det_rank_one -!mulmxA P_ones_r !mulmx0 mxE addr0.
have E : (A + J) *m (1%:M + J *m D *m P) = D *m P + J.
  rewrite mulmxDr mulmx1 mulmxDl /centred !mulmxA.
  rewrite -(mulmxA _ P ones) P_ones_r mulmx0 !mul0mx add0r J_ones addrAC; congr (_ + _).
  by rewrite -[ones *m mean]/J -mulmxDl -mulmxDl PJ mul1mx.
have -> : \det (A + J) = \det (D *m P + J) by rewrite -E det_mulmx U mulr1.
pose w : 'cV[F]_k := \col_c ((m 0 c)^-1 - 1).
have -> : D *m P + J = D *m (1%:M + w *m mean).
  rewrite projector mulmxBr mulmxDr mulmx1 -addrA; congr (_ + _).
  apply/matrixP=> i j; rewrite !mul_diag_mx !mxE !big_ord1 !mxE mul1r mulr1 mulrBl mul1r mulrBr.
  by rewrite mulrA divff // mul1r addrC.
rewrite det_mulmx det_diag det_rank_one -mulrA; congr (_ * _).
rewrite /mean -scalemxAl !mxE.
under eq_bigr do rewrite !mxE mul1r.
by rewrite sumrB sumr_const card_ord mulrBr mulVf // addrC subrK mulrC.
Qed.

(* The characteristic polynomial with it. *)
Lemma char_poly_filled : char_poly A * ('X - 1) = 'X * char_poly (A + J).
Proof.
have mapM a b c (M : 'M[F]_(a, b)) (M' : 'M[F]_(b, c)) : map_mx polyC (M *m M') = map_mx polyC M *m map_mx polyC M'.
  exact: (map_mxM (polyC_rmorphism F)).
have mapD a b (M M' : 'M[F]_(a, b)) : map_mx polyC (M + M') = map_mx polyC M + map_mx polyC M'.
  exact: (map_mxD (polyC_rmorphism F)).
have mapN a b (M : 'M[F]_(a, b)) : map_mx polyC (- M) = - map_mx polyC M by exact: (map_mxN (polyC_rmorphism F)).
have map0 a b : map_mx polyC (0 : 'M[F]_(a, b)) = 0 by exact: (map_mx0 (polyC_rmorphism F)).
pose Jp := map_mx polyC J.
have C1 : 'X%:M - Jp = 'X%:M + map_mx polyC (- ones) *m map_mx polyC mean.
  by rewrite -mapM mulNmx mapN.
have CJ : 'X * \det ('X%:M - Jp) = 'X^k * ('X - 1).
  rewrite C1; have := det_exchange (map_mx polyC (- ones)) (map_mx polyC mean) 'X; rewrite expr1 => ->.
  by rewrite -mapM mulmxN [mean *m ones]mx11_scalar mean_ones [_ + _]mx11_scalar det_scalar expr1 !mxE eqxx !mulr1n rmorphN rmorph1.
have AJ : A *m J = 0 by rewrite /centred -mulmxA P_J mulmx0.
have M : char_poly_mx A *m ('X%:M - Jp) = 'X *: char_poly_mx (A + J).
  rewrite /char_poly_mx mulmxBr [X in _ - X]mulmxBl -mapM AJ map0 subr0 mul_mx_scalar mul_scalar_mx.
  by rewrite -scalerBr mapD opprD addrA.
have DM : char_poly A * \det ('X%:M - Jp) = 'X^k * char_poly (A + J).
  by rewrite /char_poly -det_mulmx M detZ.
have Xk : 'X^k != 0 :> {poly F} by rewrite expf_neq0 // polyX_eq0.
by apply: (mulfI Xk); rewrite mulrCA -CJ mulrCA DM mulrCA.
Qed.

Lemma prod_at_0 (s : seq F) : (\prod_(x <- s) ('X - x%:P)).[0] = (-1) ^+ size s * \prod_(x <- s) x.
Proof.
elim: s => [|a s IH]; first by rewrite !big_nil hornerC expr0 mulr1.
by rewrite !big_cons hornerM hornerXsubC IH sub0r exprS -mulN1r !mulrA; congr (_ * _); rewrite -!mulrA; congr (_ * _); rewrite mulrC.
Qed.

(* For any list of the eigenvalues, with multiplicity, besides the 0 of the constant vector. *)
Theorem centred_product (s : seq F) : char_poly A = 'X * \prod_(x <- s) ('X - x%:P) ->
  \prod_(x <- s) x = (\prod_c m 0 c) * (\sum_c (m 0 c)^-1) / k%:R.
Proof.
move=> E; have X0 : 'X != 0 :> {poly F} by rewrite polyX_eq0.
have size_s : (size s).+1 = k.
  have := size_char_poly A; rewrite E size_Mmonic ?monic_prod_XsubC // size_polyX size_prod_XsubC.
  by case.
rewrite -det_filled.
have Q : (\prod_(x <- s) ('X - x%:P)) * ('X - 1) = char_poly (A + J).
  by apply: (mulfI X0); rewrite mulrA -E char_poly_filled.
have sign_k : (-1) ^+ k = -1 * (-1) ^+ size s :> F by rewrite -exprS size_s.
have := char_poly_det (A + J); rewrite -Q -horner_coef0 hornerM prod_at_0 sign_k.
have -> : ('X - 1).[0] = -1 :> F by rewrite -(rmorph1 (polyC_rmorphism F)) hornerXsubC sub0r.
rewrite mulrC mulrA => H; apply: (mulfI _ H).
by rewrite mulf_neq0 ?expf_neq0 // oppr_eq0 oner_eq0.
Qed.
End Product.

(* There is such a list over any closed field, as over the complex numbers. *)
Theorem centred_splits (C : numClosedFieldType) k (m : 'rV[C]_k) : (0 < k)%N ->
  exists s : seq C, char_poly (centred m) = 'X * \prod_(x <- s) ('X - x%:P).
Proof.
move=> k0; have E := char_poly_filled k0 m.
have X0 : 'X != 0 :> {poly C} by rewrite polyX_eq0.
have /factor_theorem[q Eq] : root (char_poly (centred m)) 0.
  have /eqP := congr1 (fun p : {poly C} => p.[0]) E.
  rewrite !hornerM hornerX mul0r mulf_eq0 -(rmorph1 (polyC_rmorphism C)) hornerXsubC sub0r oppr_eq0 oner_eq0 orbF.
  by rewrite /root.
rewrite subr0 in Eq; have q1 : q \is monic by rewrite -(monicMr q (monicX C)) -Eq char_poly_monic.
have [s Es] := closed_field_poly_normal q; exists s; rewrite Eq mulrC; congr ('X * _).
by rewrite Es (monicP q1) scale1r.
Qed.

(* The growth rates: the eigenvalues of (Z Omega) (Z Omega)^T other than 0, with multiplicity. *)
Section Rates.
Variables (F : numFieldType) (k N : nat) (y : 'I_N -> 'I_k) (omega : 'I_k -> F).
Hypothesis k_gt0 : (0 < k)%N.
Hypothesis inhabited : forall c, (0 < class_count y c)%N.
Hypothesis positive : forall c, 0 < omega c.

Notation G := (Z F y *m Omega y omega).
Notation m c := ((class_count y c)%:R * omega c ^+ 2).

Let m_gt0 c : 0 < m c. Proof. by rewrite mulr_gt0 ?ltr0n ?exprn_gt0. Qed.
Let strengths : 'rV[F]_k := \row_c m c.

Lemma product_positive : 0 < (\prod_c m c) * (\sum_c (m c)^-1) / k%:R.
Proof.
rewrite divr_gt0 ?ltr0n // mulr_gt0 ?prodr_gt0 //.
rewrite (bigD1 (Ordinal k_gt0)) //= ltr_paddr ?invr_gt0 // sumr_ge0 // => c _.
by rewrite invr_ge0 ltW.
Qed.

Theorem growth_product (s : seq F) : char_poly (G *m G^T) = 'X * \prod_(x <- s) ('X - x%:P) ->
  size s = k.-1 /\ 0 \notin s /\ \prod_(x <- s) x = (\prod_c m c) * (\sum_c (m c)^-1) / k%:R.
Proof.
rewrite growth_gram // -/strengths => E; have X0 : 'X != 0 :> {poly F} by rewrite polyX_eq0.
have m0 c : strengths 0 c != 0 by rewrite mxE gt_eqF.
have Es : \prod_(x <- s) x = (\prod_c m c) * (\sum_c (m c)^-1) / k%:R.
  rewrite (centred_product k_gt0 m0 E); congr (_ * _ / _); apply: eq_bigr=> c _; by rewrite mxE.
split; last split=> //.
  have := size_char_poly (centred strengths); rewrite E size_Mmonic ?monic_prod_XsubC // size_polyX size_prod_XsubC.
  by case=> <-.
apply/negP=> s0; have := product_positive; rewrite -Es.
suff -> : \prod_(x <- s) x = 0 by rewrite ltxx.
by apply/eqP; rewrite prodf_seq_eq0; apply/hasP; exists 0 => //=; rewrite eqxx.
Qed.

(* As singular values of Z Omega: for any decomposition with orthonormal columns. *)
Theorem growth_product_singular_values (U : 'M[F]_(k, k.-1)) (V : 'M[F]_(N, k.-1)) (rho : 'rV[F]_k.-1) :
  U^T *m U = 1%:M -> V^T *m V = 1%:M -> G = U *m diag_mx rho *m V^T ->
  \prod_i rho 0 i ^+ 2 = (\prod_c m c) * (\sum_c (m c)^-1) / k%:R.
Proof.
move=> UU VV EG; pose D := diag_mx rho.
have EA : G *m G^T = U *m (D *m D) *m U^T.
  by rewrite EG !trmx_mul trmxK tr_diag_mx -!mulmxA (mulmxA V^T) VV mul1mx.
have mapM a b c (M : 'M[F]_(a, b)) (M' : 'M[F]_(b, c)) : map_mx polyC (M *m M') = map_mx polyC M *m map_mx polyC M'.
  exact: (map_mxM (polyC_rmorphism F)).
have mapN a b (M : 'M[F]_(a, b)) : map_mx polyC (- M) = - map_mx polyC M by exact: (map_mxN (polyC_rmorphism F)).
have X0 : 'X != 0 :> {poly F} by rewrite polyX_eq0.
have CP : char_poly (G *m G^T) = 'X * char_poly (D *m D).
  have := det_exchange (map_mx polyC (- (U *m (D *m D)))) (map_mx polyC U^T) 'X.
  rewrite -!mapM mulmxN mulNmx !mapN -EA !mulmxA UU mul1mx -/(char_poly_mx _) -/(char_poly_mx _) -/(char_poly _) -/(char_poly _).
  move=> E; have Xk : 'X^(k.-1) != 0 :> {poly F} by rewrite expf_neq0.
  have Sk : 'X^k = 'X * 'X^(k.-1) :> {poly F} by rewrite -exprS prednK.
  by apply: (mulfI Xk); rewrite E Sk -mulrA mulrCA.
pose s := [seq rho 0 i ^+ 2 | i <- enum 'I_k.-1].
have /growth_product[_ [_ <-]] : char_poly (G *m G^T) = 'X * \prod_(x <- s) ('X - x%:P).
  rewrite CP char_poly_trig ?mulmx_diag ?diag_mx_is_trig //; congr ('X * _).
  by rewrite big_map big_enum; apply: eq_bigr=> i _; rewrite !mxE eqxx mulr1n expr2.
by rewrite big_map big_enum.
Qed.
End Rates.

(* Over the complex numbers, and any closed field, such a list exists for any class profile and weights. *)
Theorem growth_rates_exist (C : numClosedFieldType) k N (y : 'I_N -> 'I_k) (omega : 'I_k -> C) : (0 < k)%N ->
  exists s : seq C, char_poly ((Z C y *m Omega y omega) *m (Z C y *m Omega y omega)^T) = 'X * \prod_(x <- s) ('X - x%:P).
Proof. by move=> k0; rewrite growth_gram //; apply: centred_splits. Qed.
