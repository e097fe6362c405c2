(* The logits of the vanilla flow from any balanced start, in closed form (see Riccati.v for the argument).

   With E(t) = e^(A t), Q0 = [W; H^T] at the start, A = [0 Z; Z^T 0] and M(t) = I + Q0^T (int_0^t e^(2 A s) ds) Q0: M(t) is invertible for every
   t >= 0 and W H is the upper right block of E Q0 M^-1 Q0^T E.  Integrals are entrywise, and e^(2 A s) is E(2 s).

   Hypotheses: W and H follow the vanilla flow for any labels Z and any width (from any start there is one: vanilla_well_posed); W^T W = H H^T at
   the start; E is the exponential of A (there is one: MatrixExponential.v).
   Computed by: ufm_simulation::Solver::Riccati.
   Source: K. Fukumizu (1998) for square problems; for these labels and this proof this project. *)
From Coq Require Import Reals Lra Lia Psatz FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow Systems Uniqueness WellPosed MatrixCalculus MatrixExponential Riccati.
Open Scope R_scope.

Lemma derives_scal n m c X dX : derives n m X dX -> derives n m (fun t i j => c * X t i j) (fun t i j => c * dX t i j).
Proof. intros D t i j Ht Hi Hj. apply (is_derive_scal (fun u => X u i j)), D; assumption. Qed.

Lemma mul_scal_l n c A B i j : mul n (fun i j => c * A i j) B i j = c * mul n A B i j.
Proof. unfold mul. rewrite <- sum_scal. apply sum_ext. intros; ring. Qed.
Lemma mul_scal_r n c A B i j : mul n A (fun i j => c * B i j) i j = c * mul n A B i j.
Proof. unfold mul. rewrite <- sum_scal. apply sum_ext. intros; ring. Qed.

(* The integral of a function known for t >= 0. *)
Section Integral.
Variables (f df : R -> R).
Hypothesis D : forall t, 0 <= t -> is_derive f t (df t).

Let held (t : R) : R := f (2 * Rmax t 0).

Lemma held_continuous t : continuous held t.
Proof.
  apply (continuous_comp (fun t => 2 * Rmax t 0) f).
  - apply (continuous_scal_r 2 (fun t => Rmax t 0)). apply continuity_pt_filterlim.
    apply (continuity_pt_ext (fun t => (t + 0 + Rabs (t - 0)) / 2)).
    + intros u. unfold Rmax, Rabs. destruct (Rle_dec u 0), (Rcase_abs (u - 0)); lra.
    + apply continuity_pt_mult; [|apply continuity_pt_const; intros ? ?; reflexivity].
      apply continuity_pt_plus; [apply continuity_pt_plus|].
      * apply derivable_continuous_pt, derivable_pt_id.
      * apply continuity_pt_const. intros ? ?; reflexivity.
      * apply (continuity_pt_comp (fun u => u - 0) Rabs); [|apply Rcontinuity_abs].
        apply continuity_pt_minus; [apply derivable_continuous_pt, derivable_pt_id | apply continuity_pt_const; intros ? ?; reflexivity].
  - apply (ex_derive_continuous f). eexists. apply D. pose proof (Rmax_r t 0). lra.
Qed.

Lemma held_integral t : 0 <= t -> RInt (fun s => f (2 * s)) 0 t = RInt held 0 t.
Proof.
  intros Ht. apply RInt_ext. intros s Hs. rewrite Rmin_left, Rmax_right in Hs by exact Ht. unfold held. rewrite Rmax_left by lra. reflexivity.
Qed.

Lemma held_integral_derive t : 0 <= t -> is_derive (fun u => RInt held 0 u) t (f (2 * t)).
Proof.
  intros Ht. replace (f (2 * t)) with (held t) by (unfold held; rewrite Rmax_left by exact Ht; reflexivity).
  apply (is_derive_RInt held (fun u => RInt held 0 u) 0 t); [|apply held_continuous].
  exists (mkposreal 1 Rlt_0_1). intros u _. apply (@RInt_correct R_CompleteNormedModule), (ex_RInt_continuous held).
  intros s _. apply held_continuous.
Qed.

(* It exists. *)
Theorem doubled_integrable t : 0 <= t -> ex_RInt (fun s => f (2 * s)) 0 t.
Proof.
  intros Ht. apply (ex_RInt_ext held).
  - intros s Hs. rewrite Rmin_left, Rmax_right in Hs by exact Ht. unfold held. rewrite Rmax_left by lra. reflexivity.
  - apply (ex_RInt_continuous held). intros s _. apply held_continuous.
Qed.
End Integral.

Section ClosedForm.
Variables (n d : nat) (A Q0 : matrix) (E Q X : R -> matrix).
Hypothesis symmetric : agree n n (tr A) A.
Hypothesis exponential : is_exponential n A E.
Hypothesis solution : driven n d A Q.
Hypothesis start : agree n d (Q 0) Q0.
Hypothesis factor : derives d d X (fun t => mul d (X t) (half_gram n (Q t))).
Hypothesis factor_start : agree d d (X 0) unit_matrix.

Lemma half_gram_symmetric (q : matrix) : tr (half_gram n q) = half_gram n q.
Proof.
  apply functional_extensionality. intros a. apply functional_extensionality. intros b.
  unfold tr, half_gram, mul, tr. f_equal. apply sum_ext. intros; ring.
Qed.

Lemma half_gram_tame : tame d d (fun t => half_gram n (Q t)).
Proof.
  eapply derives_tame. unfold half_gram. apply derives_scal.
  apply (derives_mul d n d (fun t => tr (Q t)) _ Q _ (derives_tr n d Q _ solution) solution).
Qed.

(* Q = E Q0 X. *)
Theorem solution_factors t : 0 <= t -> agree n d (Q t) (mul n (E t) (mul d Q0 (X t))).
Proof.
  destruct exponential as [E0 DE]. revert t.
  apply (affine_unique n d (fun _ => A) (fun t => half_gram n (Q t)) (fun _ _ _ => 0)); [apply const_tame | apply half_gram_tame | apply const_tame | | |].
  - refine (derives_ext n d _ _ _ _ solution). intros t _ i j _ _. unfold affine. ring.
  - refine (derives_ext n d _ _ _ _ (derives_mul n n d E _ _ _ DE (derives_mul_l n d d Q0 X _ factor))).
    intros t _ i j _ _. unfold affine. rewrite !mul_assoc. ring.
  - intros i j Hi Hj. rewrite (start i j Hi Hj).
    transitivity (mul n unit_matrix (mul d Q0 unit_matrix) i j); [rewrite mul_unit_l, mul_unit_r by assumption; reflexivity|].
    symmetry. apply (agree_mul n n d); [exact E0 | | exact Hi | exact Hj].
    apply (agree_mul n d d); [apply agree_refl | exact factor_start].
Qed.

(* The inverse, and what it inverts. *)
Definition inverse (t : R) : matrix := mul d (X t) (tr (X t)).
Definition gain (t : R) : matrix := mul n (tr Q0) (mul n (E t) (mul n (E t) Q0)).

Lemma exponential_transposed t : 0 <= t -> agree n n (tr (E t)) (E t).
Proof. intros Ht. apply (exponential_symmetric n A E exponential t symmetric Ht). Qed.

Lemma gram_factors t : 0 <= t -> agree d d (mul n (tr (Q t)) (Q t)) (mul d (tr (X t)) (mul d (gain t) (X t))).
Proof.
  intros Ht. pose proof (solution_factors t Ht) as F. pose proof (exponential_transposed t Ht) as S.
  apply (agree_trans d d _ (mul n (mul d (tr (X t)) (mul n (tr Q0) (E t))) (mul n (E t) (mul d Q0 (X t))))).
  - apply agree_mul; [|exact F].
    apply (agree_trans d n _ (tr (mul n (E t) (mul d Q0 (X t))))); [apply agree_tr, F|].
    rewrite !tr_mul, !mul_assoc. apply agree_mul; [apply agree_refl|]. apply agree_mul; [apply agree_refl | exact S].
  - unfold gain. rewrite !mul_assoc. apply agree_refl.
Qed.

Lemma inverse_derives : derives d d inverse (fun t i j => -1 * mul d (inverse t) (mul d (gain t) (inverse t)) i j).
Proof.
  refine (derives_ext d d _ _ _ _ (derives_mul d d d X _ (fun t => tr (X t)) _ factor (derives_tr d d X _ factor))).
  intros t Ht i j Hi Hj. rewrite tr_mul, half_gram_symmetric, mul_assoc.
  assert (G : mul d (X t) (mul d (half_gram n (Q t)) (tr (X t))) i j
              = - (1 / 2) * mul d (inverse t) (mul d (gain t) (inverse t)) i j); [|rewrite G; field].
  rewrite <- mul_assoc. unfold half_gram.
  rewrite (mul_assoc d d (X t)).
  replace (mul d (X t) (mul d (fun a b => - (1 / 2) * mul n (tr (Q t)) (Q t) a b) (tr (X t))) i j)
    with (- (1 / 2) * mul d (X t) (mul d (mul n (tr (Q t)) (Q t)) (tr (X t))) i j).
  2:{ rewrite <- mul_scal_r. apply sum_ext. intros l _. rewrite mul_scal_l. reflexivity. }
  f_equal. transitivity (mul d (X t) (mul d (mul d (tr (X t)) (mul d (gain t) (X t))) (tr (X t))) i j).
  - apply (agree_mul d d d); [apply agree_refl | | exact Hi | exact Hj]. apply agree_mul; [apply gram_factors, Ht | apply agree_refl].
  - unfold inverse. rewrite !mul_assoc. reflexivity.
Qed.

Lemma gain_derives : exists dG, derives d d gain dG.
Proof.
  destruct exponential as [_ DE]. eexists. unfold gain. apply derives_mul_l.
  exact (derives_mul n n d E _ (fun t => mul n (E t) Q0) _ DE (derives_mul_r n n d E _ Q0 DE)).
Qed.

(* What has the derivative Q0^T E^2 Q0 from I on. *)
Theorem inverse_of M : derives d d M gain -> agree d d (M 0) unit_matrix -> (forall t, 0 <= t -> agree d d (tr (M t)) (M t)) ->
  forall t, 0 <= t -> agree d d (mul d (M t) (inverse t)) unit_matrix /\ agree d d (mul d (inverse t) (M t)) unit_matrix.
Proof.
  intros DM M0 SM. destruct gain_derives as [dG DG].
  assert (L : forall t, 0 <= t -> agree d d (mul d (inverse t) (M t)) unit_matrix).
  { apply (affine_unique d d (fun t i j => -1 * mul d (inverse t) (gain t) i j) (fun _ _ _ => 0) (fun t => mul d (inverse t) (gain t))
      (fun t => mul d (inverse t) (M t)) (fun _ => unit_matrix)).
    - eapply derives_tame. apply derives_scal. apply (derives_mul d d d _ _ _ _ inverse_derives DG).
    - apply const_tame.
    - eapply derives_tame. apply (derives_mul d d d _ _ _ _ inverse_derives DG).
    - refine (derives_ext d d _ _ _ _ (derives_mul d d d _ _ _ _ inverse_derives DM)).
      intros t _ i j _ _. unfold affine. rewrite mul_zero_r, !mul_scal_l, !mul_assoc. ring.
    - refine (derives_ext d d _ _ _ _ (derives_const d d unit_matrix)). intros t _ i j Hi Hj.
      unfold affine. rewrite mul_zero_r, mul_scal_l, mul_unit_r by exact Hj. ring.
    - intros i j Hi Hj. transitivity (mul d unit_matrix unit_matrix i j); [|apply mul_unit_l, Hi].
      apply (agree_mul d d d); [|exact M0 | exact Hi | exact Hj].
      intros a b Ha Hb. transitivity (mul d unit_matrix (tr unit_matrix) a b).
      + apply (agree_mul d d d); [exact factor_start | apply agree_tr, factor_start | exact Ha | exact Hb].
      + rewrite mul_unit_l by exact Ha. unfold tr, unit_matrix. rewrite Nat.eqb_sym. reflexivity. }
  intros t Ht. split; [|apply L, Ht]. intros i j Hi Hj.
  transitivity (tr (mul d (inverse t) (M t)) i j).
  - rewrite tr_mul. apply (agree_mul d d d); [apply agree_sym, SM, Ht | | exact Hi | exact Hj].
    unfold inverse. rewrite tr_mul. apply agree_refl.
  - unfold tr. rewrite (L t Ht j i Hj Hi). unfold unit_matrix. rewrite Nat.eqb_sym. reflexivity.
Qed.

(* Q Q^T = E Q0 M^-1 Q0^T E. *)
Theorem outer_factors t : 0 <= t ->
  agree n n (mul d (Q t) (tr (Q t))) (mul n (E t) (mul d Q0 (mul d (inverse t) (mul n (tr Q0) (E t))))).
Proof.
  intros Ht. pose proof (solution_factors t Ht) as F. pose proof (exponential_transposed t Ht) as S.
  apply (agree_trans n n _ (mul d (mul n (E t) (mul d Q0 (X t))) (mul d (tr (X t)) (mul n (tr Q0) (E t))))).
  - apply agree_mul; [exact F|].
    apply (agree_trans d n _ (tr (mul n (E t) (mul d Q0 (X t))))); [apply agree_tr, F|].
    rewrite !tr_mul, !mul_assoc. apply agree_mul; [apply agree_refl|]. apply agree_mul; [apply agree_refl | exact S].
  - unfold inverse. rewrite !mul_assoc. apply agree_refl.
Qed.
End ClosedForm.

(* From any start there is exactly one vanilla flow. *)
Theorem vanilla_well_posed k d N Z (W0 H0 : matrix) : exists W H,
  agree k d (W 0) W0 /\ agree d N (H 0) H0 /\ follows k d N W H (residual d Z W H) /\
  forall W' H', agree k d (W' 0) W0 -> agree d N (H' 0) H0 -> follows k d N W' H' (residual d Z W' H') ->
    forall t, 0 <= t -> agree k d (W' t) (W t) /\ agree d N (H' t) (H t).
Proof.
  apply (driven_well_posed k d N (fun L i j => Z i j - L i j) (sum k (fun i => sum N (fun j => Rsqr (Z i j) / 4)))).
  - intros X on e L L' He C i j Hi Hj. apply close_minus; [apply close_const, He | apply C; assumption].
  - intros L. apply sum_le. intros i _. apply sum_le. intros j _. pose proof (Rle_0_sqr (Z i j - 2 * L i j)). unfold Rsqr in *. lra.
  - apply sum_nonneg. intros i _. apply sum_nonneg. intros j _. pose proof (Rle_0_sqr (Z i j)). lra.
Qed.

(* A balanced vanilla flow follows the equation of Riccati.v. *)
Lemma vanilla_driven k d N Z W H : follows k d N W H (residual d Z W H) ->
  agree d d (mul k (tr (W 0)) (W 0)) (mul N (H 0) (tr (H 0))) -> driven (k + N) d (driver k Z) (fun t => stacked k (W t) (H t)).
Proof.
  intros F B0. pose proof (balanced_for_ever k d N W H _ F B0) as B. destruct F as [FW FH].
  assert (low : forall (P : matrix) W H i l, mul (k + N) P (stacked k W H) i l
    = sum k (fun j => P i j * W j l) + sum N (fun j => P i (k + j)%nat * H l j)).
  { intros P W' H' i l. unfold mul. rewrite sum_split. f_equal; apply sum_ext; intros j Hj; f_equal; unfold stacked.
    - apply Nat.ltb_lt in Hj. rewrite Hj. reflexivity.
    - destruct (Nat.ltb_spec (k + j) k); [lia|]. f_equal. lia. }
  assert (G : forall t a b, 0 <= t -> (a < d)%nat -> (b < d)%nat ->
    half_gram (k + N) (stacked k (W t) (H t)) a b = - mul k (tr (W t)) (W t) a b /\
    half_gram (k + N) (stacked k (W t) (H t)) a b = - mul N (H t) (tr (H t)) a b).
  { intros t a b Ht Ha Hb. unfold half_gram. rewrite low.
    assert (E1 : sum k (fun i => tr (stacked k (W t) (H t)) a i * W t i b) = mul k (tr (W t)) (W t) a b).
    { apply sum_ext. intros i Hi. unfold stacked, tr. apply Nat.ltb_lt in Hi. rewrite Hi. reflexivity. }
    assert (E2 : sum N (fun j => tr (stacked k (W t) (H t)) a (k + j)%nat * H t b j) = mul N (H t) (tr (H t)) a b).
    { apply sum_ext. intros j Hj. unfold stacked, tr. destruct (Nat.ltb_spec (k + j) k); [lia|]. do 2 f_equal. lia. }
    rewrite E1, E2, (B t a b Ht Ha Hb). split; field. }
  intros t i l Ht Hi Hl. destruct (Nat.ltb_spec i k) as [Hk | Hk].
  - assert (Si : forall u m, stacked k (W u) (H u) i m = W u i m).
    { intros u m. unfold stacked. apply Nat.ltb_lt in Hk. rewrite Hk. reflexivity. }
    apply (is_derive_ext (fun u => W u i l)); [intros u; symmetry; apply Si|].
    apply (is_derive_ext_value _ t _ _) with (2 := FW t i l Ht Hk Hl). rewrite low.
    rewrite (sum_ext k _ (fun _ => 0)), sum_zero, Rplus_0_l.
    2:{ intros j Hj. unfold driver. apply Nat.ltb_lt in Hj, Hk. rewrite Hj, Hk. ring. }
    assert (E1 : mul d (stacked k (W t) (H t)) (half_gram (k + N) (stacked k (W t) (H t))) i l
                 = sum N (fun j => -1 * (mul d (W t) (H t) i j * H t l j))).
    { rewrite sum_scal. transitivity (-1 * mul d (W t) (mul N (H t) (tr (H t))) i l).
      - rewrite <- mul_scal_r. apply sum_ext. intros m Hm. rewrite Si, (proj2 (G t m l Ht Hm Hl)). ring.
      - rewrite <- mul_assoc. reflexivity. }
    rewrite E1, <- sum_add. apply sum_ext. intros j Hj. unfold driver, residual, tr.
    destruct (Nat.ltb_spec (k + j) k); [lia|]. apply Nat.ltb_lt in Hk. rewrite Hk. replace (k + j - k)%nat with j by lia. ring.
  - set (j := (i - k)%nat). assert (Hj : (j < N)%nat) by (unfold j; lia).
    assert (Bi : Nat.ltb i k = false) by (apply Nat.ltb_ge; lia).
    assert (Si : forall u m, stacked k (W u) (H u) i m = H u m j).
    { intros u m. unfold stacked. rewrite Bi. reflexivity. }
    apply (is_derive_ext (fun u => H u l j)); [intros u; symmetry; apply Si|].
    apply (is_derive_ext_value _ t _ _) with (2 := FH t l j Ht Hl Hj). rewrite low.
    rewrite (sum_ext N _ (fun _ => 0)), sum_zero, Rplus_0_r.
    2:{ intros j' Hj'. unfold driver. rewrite Bi. destruct (Nat.ltb_spec (k + j') k); [lia|]. ring. }
    assert (E1 : mul d (stacked k (W t) (H t)) (half_gram (k + N) (stacked k (W t) (H t))) i l
                 = sum k (fun a => -1 * (mul d (W t) (H t) a j * W t a l))).
    { rewrite sum_scal. transitivity (-1 * mul d (tr (H t)) (mul k (tr (W t)) (W t)) j l).
      - rewrite <- mul_scal_r. apply sum_ext. intros m Hm. rewrite Si, (proj1 (G t m l Ht Hm Hl)). unfold tr. ring.
      - rewrite <- mul_assoc, <- tr_mul. reflexivity. }
    rewrite E1, <- sum_add. apply sum_ext. intros a Ha. unfold driver, residual, tr. fold j.
    rewrite Bi. apply Nat.ltb_lt in Ha. rewrite Ha. ring.
Qed.

(* The logits in closed form, M being invertible and its integral there. *)
Theorem vanilla_flow_closed_form k d N Z W H E : follows k d N W H (residual d Z W H) ->
  agree d d (mul k (tr (W 0)) (W 0)) (mul N (H 0) (tr (H 0))) -> is_exponential (k + N) (driver k Z) E ->
  let n := (k + N)%nat in
  let Q0 := stacked k (W 0) (H 0) in
  let M t l m := unit_matrix l m + mul n (tr Q0) (mul n (fun i j => RInt (fun s => E (2 * s) i j) 0 t) Q0) l m in
  exists M_inverse, forall t, 0 <= t ->
    (forall i j, (i < n)%nat -> (j < n)%nat -> ex_RInt (fun s => E (2 * s) i j) 0 t) /\
    agree d d (mul d (M t) (M_inverse t)) unit_matrix /\ agree d d (mul d (M_inverse t) (M t)) unit_matrix /\
    forall i j, (i < k)%nat -> (j < N)%nat ->
      mul d (W t) (H t) i j = mul n (E t) (mul d Q0 (mul d (M_inverse t) (mul n (tr Q0) (E t)))) i (k + j)%nat.
Proof.
  intros F B0 X0 n Q0 M. set (A := driver k Z) in *.
  pose proof (driver_symmetric k Z n) as SA. fold A in SA.
  destruct (factor_exists n d A Q0) as [Q [X [DQ [Q0' [DX X1]]]]].
  pose proof (vanilla_driven k d N Z W H F B0) as DV. fold n A in DV.
  pose proof (driven_solution_unique n d A Q _ DQ DV Q0') as EQ.
  exists (inverse d X). intros t Ht.
  pose proof (proj2 X0) as DE.
  (* M with the integrand held at 0 before 0, so that it has a derivative there. *)
  set (K := fun t i j => RInt (fun s => E (2 * Rmax s 0) i j) 0 t).
  set (M' := fun t l m => unit_matrix l m + mul n (tr Q0) (mul n (K t) Q0) l m).
  assert (EK : forall t, 0 <= t -> agree n n (fun i j => RInt (fun s => E (2 * s) i j) 0 t) (K t)).
  { intros u Hu i j Hi Hj. apply (held_integral (fun s => E s i j) u Hu). }
  assert (DK : derives n n K (fun t => mul n (E t) (E t))).
  { intros u i j Hu Hi Hj. rewrite <- (exponential_double n A E X0 u Hu i j Hi Hj).
    apply (held_integral_derive (fun s => E s i j) (fun s => mul n A (E s) i j)); [|exact Hu].
    intros s Hs. apply DE; assumption. }
  assert (DM : derives d d M' (gain n Q0 E)).
  { intros u l m Hu Hl Hm. apply (is_derive_ext_value _ u (0 + mul n (tr Q0) (mul n (mul n (E u) (E u)) Q0) l m)).
    - unfold gain. rewrite !mul_assoc. ring.
    - apply (is_derive_plus (fun _ => unit_matrix l m) (fun v => mul n (tr Q0) (mul n (K v) Q0) l m));
        [apply (is_derive_const (unit_matrix l m))|].
      apply (derives_mul_l d n d (tr Q0) (fun v => mul n (K v) Q0) _ (derives_mul_r n n d K _ Q0 DK)); assumption. }
  assert (M0 : agree d d (M' 0) unit_matrix).
  { intros l m Hl Hm. unfold M'. replace (mul n (tr Q0) (mul n (K 0) Q0) l m) with 0; [ring|]. symmetry.
    unfold mul. rewrite (sum_ext n _ (fun _ => 0)), sum_zero; [reflexivity|]. intros i _.
    rewrite (sum_ext n _ (fun _ => 0)), sum_zero; [ring|]. intros j _. unfold K. rewrite RInt_point. unfold zero. simpl. ring. }
  assert (SM : forall u, 0 <= u -> agree d d (tr (M' u)) (M' u)).
  { intros u Hu l m Hl Hm. unfold M', tr at 1. f_equal; [unfold unit_matrix; rewrite Nat.eqb_sym; reflexivity|].
    change (tr (mul n (tr Q0) (mul n (K u) Q0)) l m = mul n (tr Q0) (mul n (K u) Q0) l m).
    rewrite !tr_mul, mul_assoc. change (tr (tr Q0)) with Q0.
    apply (agree_mul d n d); [apply agree_refl | | exact Hl | exact Hm]. apply (agree_mul n n d); [|apply agree_refl].
    intros i j Hi Hj. unfold tr, K. apply RInt_ext. intros s _. apply (exponential_symmetric n A E X0); try assumption.
    pose proof (Rmax_r s 0). lra. }
  assert (EM : agree d d (M t) (M' t)).
  { intros l m Hl Hm. unfold M, M'. f_equal. apply (agree_mul d n d); [apply agree_refl | | exact Hl | exact Hm].
    apply (agree_mul n n d); [apply EK, Ht | apply agree_refl]. }
  destruct (inverse_of n d A Q0 E Q X SA X0 DQ Q0' DX X1 M' DM M0 SM t Ht) as [R1 R2]. split; [|split; [|split]].
  - intros i j Hi Hj. apply (doubled_integrable (fun s => E s i j) (fun s => mul n A (E s) i j)); [|exact Ht].
    intros s Hs. apply DE; assumption.
  - apply (agree_trans d d _ (mul d (M' t) (inverse d X t))) with (2 := R1). apply agree_mul; [exact EM | apply agree_refl].
  - apply (agree_trans d d _ (mul d (inverse d X t) (M' t))) with (2 := R2). apply agree_mul; [apply agree_refl | exact EM].
  - intros i j Hi Hj. rewrite <- (outer_factors n d A Q0 E Q X SA X0 DQ Q0' DX X1 t Ht i (k + j)%nat) by (unfold n; lia).
    apply sum_ext. intros l Hl. unfold tr. rewrite !(EQ t Ht _ l) by (unfold n; lia). unfold stacked.
    destruct (Nat.ltb_spec i k); [|lia]. destruct (Nat.ltb_spec (k + j) k); [lia|]. do 2 f_equal. lia.
Qed.
