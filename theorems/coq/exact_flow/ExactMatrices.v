(* The exact weighted flow of a STEP problem, in full matrices: it is the three equations of ExactFlow.v and one logistic
   mode for every direction within a group.

   W' = G H^T, H' = W^T G with G = (Z - W H) Omega, not projected.  Z = U diag(sigma) V^T; samples are in two groups, of
   weights om true and om false; mode 0 is the contrast of the groups, and any other mode a lives on the samples of one
   group, h a.  Q carries modes to the d hidden directions.  The ansatz
        W = U diag(w) Q^T,    H = Q diag(f) V^T,    with f_a = w_a for a >= 1 and, over samples of the two groups,
                                                    f_0 = A / |v_0 on the first|,  B / |v_0 on the second|,
   solves the flow whenever (w_0, A, B) solve the three equations with targets Z1 = sigma_0 |v_0 on the first|, Z2 likewise,
   and w_a' = om (h a) w_a (sigma_a - w_a^2).  For STEP Z1 = sqrt (q m_maj / k), Z2 = sqrt (p m_min / k), for any map of
   samples to classes.  ExactWindow.v has Z1 = sqrt (q r / k), Z2 = sqrt (p / k), weights 1 / sqrt r and 1: with r = m_maj / m_min
   and weights mu / sqrt (class size) amplitudes are sqrt (sqrt m_min) times those, and times are 1 / mu of those.  So times
   are the same for mu = 1, and if the smallest class is to weigh 1 (mu = sqrt m_min) they are shorter by sqrt m_min.

   Hypotheses: U, V, Q have orthonormal columns, modes but the contrast live on one group each; for STEP p, q >= 1, and
   nothing else about the samples.  The three equations are taken as solved; StepFlow.v, for which they are, says it of the flow.
   Computed by: ufm_simulation::{ReducedFlow, GradientFlow from Initialisation::spectral}.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime Window FiniteSums Flow Modes StepModes ExactFlow ExactWindow.
Open Scope R_scope.

(* Amplitude of the logits L along u_a and v_c. *)
Definition amplitude (k N : nat) (U V L : nat -> nat -> R) (a c : nat) : R :=
  sum k (fun i => sum N (fun j => U i a * L i j * V j c)).

(* The diagonal matrix of weights for samples in two groups. *)
Definition group_weights (g : nat -> bool) (om : bool -> R) (x j : nat) : R := if Nat.eqb x j then om (g x) else 0.

(* The squared length of the contrast direction v_0 on one group. *)
Definition mass (N : nat) (V : nat -> nat -> R) (g : nat -> bool) (b : bool) : R :=
  sum N (fun j => if eqb (g j) b then Rsqr (V j O) else 0).

(* The features: those of the contrast mode, over v_0, are of one value in each group; those of another mode have its value. *)
Definition feature (N : nat) (V : nat -> nat -> R) (g : nat -> bool) (w : nat -> R -> R) (A B : R -> R)
  (b : bool) (a : nat) (t : R) : R :=
  match a with O => (if b then A t else B t) / sqrt (mass N V g b) | S _ => w a t end.
Definition full_H (N r : nat) (V Q : nat -> nat -> R) (g : nat -> bool) (w : nat -> R -> R) (A B : R -> R)
  (t : R) (l j : nat) : R :=
  sum r (fun a => V j a * feature N V g w A B (g j) a t * Q l a).

Section Matrices.
Variables (k d N r : nat) (U V Q : nat -> nat -> R) (sigma : nat -> R).
Variables (g h : nat -> bool) (om : bool -> R) (w : nat -> R -> R) (A B : R -> R).
Hypotheses (Hr : (0 < r)%nat) (HU : orthonormal k r U) (HV : orthonormal N r V) (HQ : orthonormal d r Q).
(* Every mode but the contrast lives on the samples of one group, h a. *)
Hypothesis supported : forall a j, (0 < a < r)%nat -> (j < N)%nat -> g j <> h a -> V j a = 0.

Notation mass := (mass N V g).
Notation feature := (feature N V g w A B).
Notation W := (mode_W r U Q w).
Notation H := (full_H N r V Q g w A B).
Notation Z := (mode_Z r U V sigma).

(* The squared length of v_a on one group. *)
Definition mode_mass (b : bool) (a : nat) : R :=
  match a with O => mass b | S _ => if eqb (h a) b then 1 else 0 end.
Definition on_group (b : bool) (j a : nat) : R := if eqb (g j) b then V j a else 0.

(* The directions are orthogonal on each group by itself. *)
Theorem group_gram b a c : (a < r)%nat -> (c < r)%nat ->
  sum N (fun j => on_group b j a * on_group b j c) = if Nat.eqb a c then mode_mass b a else 0.
Proof.
  intros Ha Hc. unfold on_group.
  assert (K : forall e, (0 < e < r)%nat -> e = a \/ e = c ->
    sum N (fun j => (if eqb (g j) b then V j a else 0) * (if eqb (g j) b then V j c else 0))
    = if eqb (h e) b then sum N (fun j => V j a * V j c) else 0).
  { intros e He O. destruct (eqb (h e) b) eqn:E.
    - apply sum_ext. intros j Hj. destruct (eqb (g j) b) eqn:G; [reflexivity|].
      apply eqb_prop in E. apply eqb_false_iff in G. assert (V0 : V j e = 0) by (apply supported; congruence).
      destruct O; subst e; rewrite V0; ring.
    - transitivity (sum N (fun _ => 0)); [apply sum_ext | apply sum_zero]. intros j Hj.
      destruct (eqb (g j) b) eqn:G; [|ring].
      apply eqb_false_iff in E. apply eqb_prop in G. assert (V0 : V j e = 0) by (apply supported; congruence).
      destruct O; subst e; rewrite V0; ring. }
  destruct a as [|a].
  - destruct c as [|c].
    + simpl. apply sum_ext. intros j _. unfold Rsqr. destruct (eqb (g j) b); ring.
    + rewrite (K (S c)) by (auto; lia). rewrite (HV O (S c)) by lia. simpl. destruct (eqb (h (S c)) b); reflexivity.
  - rewrite (K (S a)) by (auto; lia). rewrite (HV (S a) c) by lia. unfold mode_mass.
    destruct (Nat.eqb (S a) c), (eqb (h (S a)) b); reflexivity.
Qed.

(* Contracting two expansions over the directions on one group. *)
Lemma group_contract b (x y : nat -> R) :
  sum N (fun j => sum r (fun a => x a * on_group b j a) * sum r (fun c => y c * on_group b j c))
  = sum r (fun a => x a * y a * mode_mass b a).
Proof.
  rewrite expand. apply sum_ext. intros a Ha.
  rewrite <- (sum_delta r a (fun c => x a * y c * mode_mass b a) Ha). apply sum_ext. intros c Hc.
  rewrite group_gram by assumption. destruct (Nat.eqb a c); ring.
Qed.

(* A sum over the samples is the sum over the two groups. *)
Lemma by_group (x y : bool -> nat -> R) j :
  sum r (fun a => x (g j) a * V j a) * sum r (fun c => y (g j) c * V j c)
  = sum r (fun a => x true a * on_group true j a) * sum r (fun c => y true c * on_group true j c)
    + sum r (fun a => x false a * on_group false j a) * sum r (fun c => y false c * on_group false j c).
Proof.
  assert (Z0 : forall f, sum r (fun a => f a * 0) = 0) by (intros f; rewrite sum_scal_r; ring).
  unfold on_group. destruct (g j); simpl; rewrite ?Z0; ring.
Qed.

Lemma contract_samples (x y : bool -> nat -> R) :
  sum N (fun j => sum r (fun a => x (g j) a * V j a) * sum r (fun c => y (g j) c * V j c))
  = sum r (fun a => x true a * y true a * mode_mass true a + x false a * y false a * mode_mass false a).
Proof.
  rewrite (sum_ext N _ _ (fun j _ => by_group x y j)), sum_add, !group_contract, sum_add. reflexivity.
Qed.

(* The two squared lengths make up one. *)
Theorem mass_total : mass true + mass false = 1.
Proof.
  pose proof (HV O O Hr Hr) as E. simpl in E. rewrite <- E. unfold ExactMatrices.mass. rewrite <- sum_add.
  apply sum_ext. intros j _. unfold Rsqr. destruct (g j); simpl; ring.
Qed.

(* If v_0 has one value on a group, any other direction sums to zero there. *)
Theorem group_sum_zero b v a : v <> 0 -> (forall j, (j < N)%nat -> g j = b -> V j O = v) -> (0 < a < r)%nat ->
  sum N (fun j => on_group b j a) = 0.
Proof.
  intros Hv HC Ha. apply (Rmult_eq_reg_l v); [|exact Hv]. rewrite Rmult_0_r, <- sum_scal.
  transitivity (sum N (fun j => on_group b j O * on_group b j a)).
  - apply sum_ext. intros j Hj. unfold on_group. destruct (eqb (g j) b) eqn:G; [|ring].
    apply eqb_prop in G. rewrite (HC j Hj G). reflexivity.
  - rewrite group_gram by lia. destruct a; [lia|reflexivity].
Qed.

(* With n samples in that group: A and B are the features of the samples times sqrt n, and sigma_0 sqrt (mass) is their
   target sigma_0 v times sqrt n, up to the sign of v. *)
Theorem sample_feature b v n t j : v <> 0 -> (forall j, (j < N)%nat -> g j = b -> V j O = v) ->
  sum N (fun j => if eqb (g j) b then 1 else 0) = n -> 0 < n -> (j < N)%nat -> g j = b ->
  sqrt (mass b) = sqrt n * Rabs v /\ V j O * feature b O t = v / Rabs v * ((if b then A t else B t) / sqrt n).
Proof.
  intros Hv HC Hn Pn Hj G. pose proof (Rabs_pos_lt v Hv) as PV. pose proof (sqrt_lt_R0 n Pn) as SN.
  assert (E : sqrt (mass b) = sqrt n * Rabs v).
  { rewrite <- sqrt_Rsqr_abs, <- sqrt_mult; [f_equal | lra | apply Rle_0_sqr].
    rewrite <- Hn, <- sum_scal_r. apply sum_ext. intros x Hx. destruct (eqb (g x) b) eqn:X; [|ring].
    apply eqb_prop in X. rewrite (HC x Hx X). ring. }
  split; [exact E|]. rewrite (HC j Hj G). simpl. rewrite E. field. lra.
Qed.

(* The logits. *)
Lemma full_logits t i j : mul d (W t) (H t) i j = sum r (fun a => U i a * (w a t * feature (g j) a t) * V j a).
Proof.
  unfold mul, mode_W, full_H. rewrite (contract d r Q _ _ HQ). apply sum_ext. intros; ring.
Qed.

(* What is left of the targets, in the basis of the modes, and weighted. *)
Definition rest (t : R) (b : bool) (a : nat) : R := sigma a - w a t * feature b a t.

Lemma full_residual t i j : (j < N)%nat ->
  weighted_residual d N Z (group_weights g om) W H t i j
  = sum r (fun a => U i a * (om (g j) * rest t (g j) a) * V j a).
Proof.
  intros Hj. unfold weighted_residual. unfold mul at 1.
  rewrite (sum_ext N _ (fun x => (Z i x - mul d (W t) (H t) i x) * om (g x) * (if Nat.eqb j x then 1 else 0))).
  2:{ intros x _. unfold group_weights. rewrite Nat.eqb_sym. destruct (Nat.eqb j x); ring. }
  rewrite (sum_delta N j (fun x => (Z i x - mul d (W t) (H t) i x) * om (g x)) Hj).
  rewrite full_logits. unfold mode_Z.
  replace (sum r (fun a => U i a * sigma a * V j a) - sum r (fun a => U i a * (w a t * feature (g j) a t) * V j a))
    with (sum r (fun a => U i a * sigma a * V j a + (-1) * (U i a * (w a t * feature (g j) a t) * V j a)))
    by (rewrite sum_add, sum_scal; ring).
  rewrite <- sum_scal_r. apply sum_ext. intros; unfold rest; ring.
Qed.

(* Amplitudes: the modes stay apart; those of the groups are squares, and that of the contrast is that of ExactFlow.v. *)
Theorem full_amplitude t a c : (a < r)%nat -> (c < r)%nat ->
  amplitude k N U V (mul d (W t) (H t)) a c
  = if Nat.eqb a c then w a t * (mode_mass true a * feature true a t + mode_mass false a * feature false a t) else 0.
Proof.
  intros Ha Hc. unfold amplitude. rewrite sum_swap.
  rewrite (sum_ext N _ (fun j => w a t * (feature true a t * (on_group true j a * on_group true j c)
                                  + feature false a t * (on_group false j a * on_group false j c)))).
  - rewrite sum_scal, sum_add, !sum_scal, !group_gram by assumption. destruct (Nat.eqb a c); ring.
  - intros j _.
    rewrite (sum_ext k _ (fun i => sum r (fun e => (if Nat.eqb a e then 1 else 0) * U i e)
                           * sum r (fun e => (w e t * feature (g j) e t * V j e * V j c) * U i e))).
    + rewrite (contract k r U _ _ HU).
      rewrite (sum_ext r _ (fun e => (w e t * feature (g j) e t * V j e * V j c) * (if Nat.eqb a e then 1 else 0)))
        by (intros; ring).
      rewrite (sum_delta r a (fun e => w e t * feature (g j) e t * V j e * V j c) Ha).
      unfold on_group. destruct (g j); simpl; ring.
    + intros i _. rewrite full_logits.
      rewrite (sum_ext r (fun e => (if Nat.eqb a e then 1 else 0) * U i e)
                         (fun e => U i e * (if Nat.eqb a e then 1 else 0))) by (intros; ring).
      rewrite (sum_delta r a (fun e => U i e) Ha).
      rewrite Rmult_assoc, <- sum_scal_r. f_equal. apply sum_ext. intros; ring.
Qed.

Theorem group_amplitude t a : (0 < a < r)%nat -> amplitude k N U V (mul d (W t) (H t)) a a = w a t * w a t.
Proof.
  intros Ha. rewrite full_amplitude, Nat.eqb_refl by lia. destruct a; [lia|]. simpl.
  destruct (h (S a)); simpl; ring.
Qed.

Hypothesis mass_pos : forall b, 0 < mass b.
Let Z1 := sigma O * sqrt (mass true).
Let Z2 := sigma O * sqrt (mass false).

Theorem contrast_amplitude t : sigma O <> 0 ->
  amplitude k N U V (mul d (W t) (H t)) O O / sigma O = contrast Z1 Z2 (w O) A B t.
Proof.
  intros Hs. rewrite full_amplitude by exact Hr. unfold contrast, Z1, Z2. simpl.
  pose proof (sqrt_lt_R0 _ (mass_pos true)) as P1. pose proof (sqrt_lt_R0 _ (mass_pos false)) as P2.
  pose proof (sqrt_sqrt _ (Rlt_le _ _ (mass_pos true))) as E1.
  pose proof (sqrt_sqrt _ (Rlt_le _ _ (mass_pos false))) as E2. pose proof mass_total as T.
  set (x := sqrt (mass true)) in *. set (y := sqrt (mass false)) in *.
  replace (Rsqr (sigma O * x) + Rsqr (sigma O * y)) with (sigma O * sigma O).
  2:{ unfold Rsqr. replace (sigma O * x * (sigma O * x) + sigma O * y * (sigma O * y))
        with (sigma O * sigma O * (x * x + y * y)) by ring. rewrite E1, E2, T. ring. }
  rewrite <- E1, <- E2. field. repeat split; try assumption; lra.
Qed.

(* The start is spectral if both features of the contrast are the classifier's. *)
Theorem full_start : A 0 = sqrt (mass true) * w O 0 -> B 0 = sqrt (mass false) * w O 0 ->
  forall l j, H 0 l j = mode_H r V Q w 0 l j.
Proof.
  intros HA HB l j. unfold full_H, mode_H. apply sum_ext. intros [|a] _; [|reflexivity]. simpl.
  pose proof (sqrt_lt_R0 _ (mass_pos true)). pose proof (sqrt_lt_R0 _ (mass_pos false)).
  rewrite HA, HB. destruct (g j); field; lra.
Qed.

(* So it is for the start of ExactFlow.v, and the amplitude of the contrast starts at the fraction e too. *)
Theorem starts_spectral e : 0 < sigma O -> starts e Z1 Z2 (w O) A B ->
  A 0 = sqrt (mass true) * w O 0 /\ B 0 = sqrt (mass false) * w O 0 /\ w O 0 * w O 0 = e * sigma O.
Proof.
  intros Hs [w0 [a0 [b0 [E [EA EB]]]]]. unfold Z1, Z2 in EA, EB.
  pose proof (sqrt_sqrt _ (Rlt_le _ _ (mass_pos true))) as E1.
  pose proof (sqrt_sqrt _ (Rlt_le _ _ (mass_pos false))) as E2. pose proof mass_total as T.
  set (x := sqrt (mass true)) in *. set (y := sqrt (mass false)) in *. set (c := w O 0) in *. unfold Rsqr in E.
  assert (Q2 : (c * c) * (c * c) = (e * sigma O) * (e * sigma O)).
  { replace (c * c * (c * c)) with ((c * A 0) * (c * A 0) + (c * B 0) * (c * B 0))
      by (transitivity (c * c * (A 0 * A 0 + B 0 * B 0)); [ring | rewrite <- E; ring]).
    rewrite EA, EB. transitivity (e * sigma O * (e * sigma O) * (x * x + y * y)); [ring|].
    rewrite E1, E2, T. ring. }
  assert (Px : 0 < x) by (apply sqrt_lt_R0, mass_pos).
  assert (He : 0 < e * sigma O).
  { assert (0 < e * (sigma O * x)) by (rewrite <- EA; nra). nra. }
  assert (C2 : c * c = e * sigma O) by nra.
  repeat split; [| |exact C2]; apply (Rmult_eq_reg_l c); try lra; rewrite ?EA, ?EB.
  - transitivity (e * sigma O * x); [ring | rewrite <- C2; ring].
  - transitivity (e * sigma O * y); [ring | rewrite <- C2; ring].
Qed.

(* The flow. *)
Hypothesis reduced : solves (om true) (om false) Z1 Z2 (w O) A B.
Hypothesis groups : forall a t, (0 < a < r)%nat -> 0 <= t ->
  is_derive (w a) t (om (h a) * w a t * (sigma a - w a t * w a t)).

Lemma classifier_derive t a : 0 <= t -> (a < r)%nat ->
  is_derive (w a) t (om true * rest t true a * feature true a t * mode_mass true a
                     + om false * rest t false a * feature false a t * mode_mass false a).
Proof.
  intros Ht Ha. destruct a as [|a].
  - destruct (reduced t Ht) as [D _]. unfold rest. simpl.
    pose proof (sqrt_lt_R0 _ (mass_pos true)). pose proof (sqrt_lt_R0 _ (mass_pos false)).
    pose proof (sqrt_sqrt _ (Rlt_le _ _ (mass_pos true))) as E1.
    pose proof (sqrt_sqrt _ (Rlt_le _ _ (mass_pos false))) as E2.
    unfold Z1, Z2 in D. set (x := sqrt (mass true)) in *. set (y := sqrt (mass false)) in *.
    rewrite <- E1, <- E2. match goal with |- is_derive _ _ ?e => replace e with
      (om true * (sigma O * x - w O t * A t) * A t + om false * (sigma O * y - w O t * B t) * B t) end; [exact D|].
    field. lra.
  - pose proof (groups (S a) t ltac:(lia) Ht) as D. unfold rest. simpl. destruct (h (S a)); simpl;
      (match goal with |- is_derive _ _ ?e => match type of D with is_derive _ _ ?e' => replace e with e' by ring end end;
       exact D).
Qed.

Lemma feature_derive t a j : 0 <= t -> (a < r)%nat -> (j < N)%nat ->
  is_derive (fun u => V j a * feature (g j) a u) t (V j a * (om (g j) * rest t (g j) a * w a t)).
Proof.
  intros Ht Ha Hj. destruct a as [|a].
  - destruct (reduced t Ht) as [_ [DA DB]]. unfold rest. simpl. apply (is_derive_scal _ t (V j O)).
    pose proof (sqrt_lt_R0 _ (mass_pos true)). pose proof (sqrt_lt_R0 _ (mass_pos false)).
    unfold Z1, Z2 in *. destruct (g j).
    + set (x := sqrt (mass true)) in *. auto_derive; [eexists; exact DA|].
      rewrite (is_derive_unique _ _ _ DA : Derive (fun u => A u) t = _). field. lra.
    + set (y := sqrt (mass false)) in *. auto_derive; [eexists; exact DB|].
      rewrite (is_derive_unique _ _ _ DB : Derive (fun u => B u) t = _). field. lra.
  - destruct (bool_dec (g j) (h (S a))) as [E|E].
    + unfold rest. rewrite E. simpl. apply (is_derive_scal _ t (V j (S a))).
      pose proof (groups (S a) t ltac:(lia) Ht) as D.
      replace (om (h (S a)) * (sigma (S a) - w (S a) t * w (S a) t) * w (S a) t)
        with (om (h (S a)) * w (S a) t * (sigma (S a) - w (S a) t * w (S a) t)) by ring. exact D.
    + rewrite (supported (S a) j) by (assumption || lia). rewrite Rmult_0_l.
      apply is_derive_ext with (f := fun _ => 0); [intros u; symmetry; apply Rmult_0_l | apply (is_derive_const 0 t)].
Qed.

(* The three equations and one logistic mode for each other direction solve the full weighted flow. *)
Theorem reduced_solves_full : follows k d N W H (weighted_residual d N Z (group_weights g om) W H).
Proof.
  split.
  - intros t i l Ht Hi Hl.
    replace (mul N (weighted_residual d N Z (group_weights g om) W H t) (tr (H t)) i l) with
      (sum r (fun a => U i a * (om true * rest t true a * feature true a t * mode_mass true a
                     + om false * rest t false a * feature false a t * mode_mass false a) * Q l a)).
    + apply (is_derive_sum r (fun a u => U i a * w a u * Q l a)). intros a Ha.
      pose proof (classifier_derive t a Ht Ha) as D.
      auto_derive; [eexists; exact D|]. rewrite (is_derive_unique _ _ _ D : Derive (fun u => w a u) t = _). ring.
    + symmetry. unfold mul, tr, full_H.
      rewrite (sum_ext N _ (fun j => sum r (fun a => U i a * (om (g j) * rest t (g j) a) * V j a)
                                   * sum r (fun c => feature (g j) c t * Q l c * V j c))).
      * rewrite (contract_samples (fun b a => U i a * (om b * rest t b a)) (fun b c => feature b c t * Q l c)).
        apply sum_ext. intros; ring.
      * intros j Hj. rewrite full_residual by exact Hj. f_equal. apply sum_ext. intros; ring.
  - intros t l j Ht Hl Hj.
    replace (mul k (tr (W t)) (weighted_residual d N Z (group_weights g om) W H t) l j) with
      (sum r (fun a => V j a * (om (g j) * rest t (g j) a * w a t) * Q l a)).
    + apply (is_derive_sum r (fun a u => V j a * feature (g j) a u * Q l a)). intros a Ha.
      pose proof (feature_derive t a j Ht Ha Hj) as D.
      apply (is_derive_ext (fun u => Q l a * (V j a * feature (g j) a u))); [intros u; apply Rmult_comm|].
      rewrite (Rmult_comm _ (Q l a)). apply (is_derive_scal _ t (Q l a)), D.
    + symmetry. unfold mul, tr, mode_W.
      rewrite (sum_ext k _ (fun i => sum r (fun a => w a t * Q l a * U i a)
                                   * sum r (fun a => om (g j) * rest t (g j) a * V j a * U i a))).
      * rewrite (contract k r U _ _ HU). apply sum_ext. intros; ring.
      * intros i Hi. rewrite full_residual by exact Hj. f_equal; apply sum_ext; intros; ring.
Qed.
End Matrices.

(* Changing the units: amplitudes by nu, time by theta = c nu^2, rates by c. *)
Lemma solves_scaled m1 m2 Z1 Z2 w a b c nu theta : theta = c * (nu * nu) -> 0 <= theta -> solves m1 m2 Z1 Z2 w a b ->
  solves (c * m1) (c * m2) (nu * nu * Z1) (nu * nu * Z2)
    (fun t => nu * w (theta * t)) (fun t => nu * a (theta * t)) (fun t => nu * b (theta * t)).
Proof.
  intros E Ht F t t0. destruct (F (theta * t)) as [Dw [Da Db]]; [apply Rmult_le_pos; assumption|].
  assert (X : forall (f : R -> R) (df x : R), is_derive f (theta * t) df -> x = nu * (c * (nu * nu)) * df ->
    is_derive (fun u : R => nu * f (theta * u)) t x).
  { intros f df x D ->. rewrite <- E. auto_derive; [eexists; exact D|].
    rewrite (is_derive_unique _ _ _ D : Derive (fun u => f u) (theta * t) = _). ring. }
  split; [|split]; [apply (X _ _ _ Dw) | apply (X _ _ _ Da) | apply (X _ _ _ Db)]; ring.
Qed.

Lemma contrast_scaled Z1 Z2 w a b nu theta t : 0 < nu -> 0 < Z1 ->
  contrast (nu * nu * Z1) (nu * nu * Z2) (fun t => nu * w (theta * t)) (fun t => nu * a (theta * t))
    (fun t => nu * b (theta * t)) t = contrast Z1 Z2 w a b (theta * t).
Proof.
  intros Hn HZ. unfold contrast, Rsqr. assert (HS : 0 < Z1 * Z1 + Z2 * Z2) by nra.
  assert (0 < nu * nu) by nra. assert (0 < nu * nu * (nu * nu)) by nra.
  apply (Rmult_eq_reg_r ((nu * nu) * (nu * nu) * (Z1 * Z1 + Z2 * Z2))); [|nra].
  field. repeat split; nra.
Qed.

Lemma first_half_scaled f mu tc : 0 < mu -> first_half f tc -> first_half (fun t => f (mu * t)) (tc / mu).
Proof.
  intros Hm [H0 [E B]]. split; [|split].
  - apply Rdiv_le_0_compat; assumption.
  - replace (mu * (tc / mu)) with tc by (field; lra). exact E.
  - intros t [Ht L]. apply B. split; [apply Rmult_le_pos; lra|]. apply Rlt_div_r in L; [lra | exact Hm].
Qed.

Lemma first_half_ext f f' tc : (forall t, 0 <= t -> f t = f' t) -> first_half f tc -> first_half f' tc.
Proof. intros E [H0 [H1 H2]]. repeat split; [exact H0 | rewrite <- E; assumption|]. intros t Ht. rewrite <- E by lra. auto. Qed.

(* The flow depends on the entries of the labels only. *)
Lemma follows_labels k d N Z Z' Om W H : (forall i j, (i < k)%nat -> (j < N)%nat -> Z i j = Z' i j) ->
  follows k d N W H (weighted_residual d N Z Om W H) -> follows k d N W H (weighted_residual d N Z' Om W H).
Proof.
  intros E [FW FH].
  assert (G : forall t i j, (i < k)%nat -> weighted_residual d N Z Om W H t i j = weighted_residual d N Z' Om W H t i j).
  { intros t i j Hi. unfold weighted_residual. unfold mul at 1 3. apply sum_ext. intros x Hx.
    rewrite E by assumption. reflexivity. }
  split.
  - intros t i l Ht Hi Hl. pose proof (FW t i l Ht Hi Hl) as D.
    replace (mul N (weighted_residual d N Z' Om W H t) (tr (H t)) i l)
      with (mul N (weighted_residual d N Z Om W H t) (tr (H t)) i l); [exact D|].
    apply sum_ext. intros j _. rewrite G by exact Hi. reflexivity.
  - intros t l j Ht Hl Hj. pose proof (FH t l j Ht Hl Hj) as D.
    replace (mul k (tr (W t)) (weighted_residual d N Z' Om W H t) l j)
      with (mul k (tr (W t)) (weighted_residual d N Z Om W H t) l j); [exact D|].
    apply sum_ext. intros i Hi. rewrite G by exact Hi. reflexivity.
Qed.

(* STEP problems: p majority classes with m_maj samples each, q minority classes with m_min each. *)
Section Step.
Variables (p q N d : nat) (y : nat -> nat) (m_maj m_min : R) (Q : nat -> nat -> R).
Notation k := (p + q)%nat.
Notation r := (p + q - 1)%nat.
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat) (Hmaj : 0 < m_maj) (Hmin : 0 < m_min).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < k)%nat.
Hypothesis counts : forall c, (c < k)%nat ->
  sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min.
Hypothesis HQ : orthonormal d r Q.

Notation U := (step_U p q).
Notation V := (step_V p q y m_maj m_min).
Notation sigma := (step_sigma p q m_maj m_min).
Notation g := (sample_group p y).
Notation share := (INR q / INR k).

Lemma share_range : 0 < share < 1 /\ 1 - share = INR p / INR k.
Proof.
  destruct (INR_pq p q Hp Hq) as [P [Q0 K]]. rewrite K. repeat split.
  - apply Rdiv_lt_0_compat; lra.
  - apply Rlt_div_l; lra.
  - field. lra.
Qed.

Lemma step_mass_pos b : 0 < mass N V g b.
Proof.
  unfold mass. rewrite (step_mass p q Hp Hq N y m_maj m_min Hmaj Hmin Hy counts).
  destruct (INR_pq p q Hp Hq) as [P [Q0 K]]. destruct (step_sigma_pos p q Hp Hq m_maj m_min Hmaj Hmin O) as [S0 _].
  repeat apply Rdiv_lt_0_compat; try nra. destruct b; apply Rmult_lt_0_compat; assumption.
Qed.

(* The targets of the three equations. *)
Lemma step_target b : sigma O * sqrt (mass N V g b) = sqrt (if b then share * m_maj else (1 - share) * m_min).
Proof.
  destruct share_range as [_ S1]. rewrite S1. pose proof (step_mass_pos b) as P.
  destruct (step_sigma_pos p q Hp Hq m_maj m_min Hmaj Hmin O) as [S0 _].
  rewrite <- (sqrt_Rsqr (sigma O)) at 1 by lra. rewrite <- sqrt_mult; [|apply Rle_0_sqr | lra]. f_equal.
  unfold mass, Rsqr. rewrite (step_mass p q Hp Hq N y m_maj m_min Hmaj Hmin Hy counts).
  destruct (INR_pq p q Hp Hq) as [PP [Q0 K]]. destruct b; field; rewrite K; lra.
Qed.

(* Any weights of the two groups: the three equations and the logistic modes are the full flow. *)
Theorem step_reduced_solves_full om w A B :
  solves (om true) (om false) (sqrt (share * m_maj)) (sqrt ((1 - share) * m_min)) (w O) A B ->
  (forall a t, (0 < a < r)%nat -> 0 <= t ->
     is_derive (w a) t (om (majority p a) * w a t * (sigma a - w a t * w a t))) ->
  let W := mode_W r U Q w in let H := full_H N r V Q g w A B in
  follows k d N W H (weighted_residual d N (step_labels p q y) (group_weights g om) W H) /\
  forall t, amplitude k N U V (mul d (W t) (H t)) O O / sigma O
            = contrast (sqrt (share * m_maj)) (sqrt ((1 - share) * m_min)) (w O) A B t /\
    (forall a, (0 < a < r)%nat -> amplitude k N U V (mul d (W t) (H t)) a a = w a t * w a t) /\
    (forall a c, (a < r)%nat -> (c < r)%nat -> a <> c -> amplitude k N U V (mul d (W t) (H t)) a c = 0).
Proof.
  intros F G W H. pose proof (step_target true) as T1. pose proof (step_target false) as T2. cbv iota in T1, T2.
  rewrite <- T1, <- T2 in *.
  destruct (step_sigma_pos p q Hp Hq m_maj m_min Hmaj Hmin O) as [S0 _].
  pose proof (step_U_orthonormal p q Hp Hq) as HU.
  pose proof (step_V_orthonormal p q Hp Hq N y m_maj m_min Hmaj Hmin Hy counts) as HV.
  pose proof (step_supported p q N y m_maj m_min) as HS. assert (Hr : (0 < r)%nat) by lia.
  split; [|intros t; split; [|split]].
  - apply (follows_labels k d N (mode_Z r U V sigma)).
    + intros i j Hi Hj. symmetry. apply (step_labels_modes p q Hp Hq N y m_maj m_min Hmaj Hmin Hy); assumption.
    + apply (reduced_solves_full k d N r U V Q sigma g (majority p) om w A B); try assumption. exact step_mass_pos.
  - apply (contrast_amplitude k d N r U V Q sigma g (majority p) w A B); try assumption; [exact step_mass_pos | lra].
  - intros a Ha. apply (group_amplitude k d N r U V Q g (majority p) w A B); assumption.
  - intros a c Ha Hc Hac. unfold W, H. rewrite (full_amplitude k d N r U V Q g (majority p) w A B) by assumption.
    apply Nat.eqb_neq in Hac. rewrite Hac. reflexivity.
Qed.

(* The exponent 1/2: weights mu / sqrt of the class size, for any unit mu, from the scaled start. *)
Definition half_weight (mu : R) (b : bool) : R := mu / sqrt (if b then m_maj else m_min).
Definition half_unit : R := sqrt (sqrt m_min).
Definition half_modes (mu delta : R) (w : R -> R) (a : nat) (t : R) : R :=
  match a with
  | O => half_unit * w (mu * t)
  | S _ => sqrt (s (sigma a) (half_weight mu (majority p a)) (s0_scaled (sigma a) delta) t)
  end.
Definition half_W (mu delta : R) (w : R -> R) : R -> nat -> nat -> R := mode_W r U Q (half_modes mu delta w).
Definition half_H (mu delta : R) (w a b : R -> R) : R -> nat -> nat -> R :=
  full_H N r V Q g (half_modes mu delta w) (fun t => half_unit * a (mu * t)) (fun t => half_unit * b (mu * t)).
(* The fraction of a mode that is learned. *)
Definition learned (mu delta : R) (w a b : R -> R) (c : nat) (t : R) : R :=
  amplitude k N U V (mul d (half_W mu delta w t) (half_H mu delta w a b t)) c c / sigma c.

Theorem exact_window_of_matrices mu delta w a b : m_min <= m_maj -> 0 < mu -> ln 2 / 2 < delta ->
  exact_flow share (m_maj / m_min) w a b -> scaled_start share (m_maj / m_min) delta w a b ->
  let W := half_W mu delta w in let H := half_H mu delta w a b in let T := group_half delta / mu in
  follows k d N W H (weighted_residual d N (step_labels p q y) (group_weights g (half_weight mu)) W H) /\
  (exists w0, (forall c, (c < r)%nat -> 0 < w0 c /\ w0 c * w0 c = sigma c * exp (-2 * delta)) /\
     (forall i l, W 0 i l = sum r (fun c => U i c * w0 c * Q l c)) /\
     (forall l j, H 0 l j = sum r (fun c => V j c * w0 c * Q l c))) /\
  (forall c, (0 < c < r)%nat -> first_half (learned mu delta w a b c) T) /\
  exists tc, first_half (learned mu delta w a b O) tc /\ T <= tc < T / sqrt share /\
    0 <= relative_spread T tc T < / sqrt share - 1.
Proof.
  intros Hm Hmu Hd F I W H T. set (nu := half_unit).
  pose proof (sqrt_lt_R0 _ Hmin) as SM. pose proof (sqrt_lt_R0 _ Hmaj) as SJ.
  assert (NU : 0 < nu /\ nu * nu = sqrt m_min) by (split; [apply sqrt_lt_R0 | apply sqrt_sqrt; apply Rlt_le]; exact SM).
  destruct NU as [N0 NN]. destruct share_range as [SR S1].
  assert (RR : 1 <= m_maj / m_min) by (apply Rle_div_r; lra).
  assert (RJ : sqrt (m_maj / m_min) = sqrt m_maj / sqrt m_min) by (apply sqrt_div; lra).
  assert (Z1E : sqrt (share * m_maj) = nu * nu * sqrt (share * (m_maj / m_min))).
  { rewrite NN, <- sqrt_mult; [f_equal; field; split; [lra | apply not_0_INR; lia] | lra|].
    apply Rmult_le_pos; lra. }
  assert (Z2E : sqrt ((1 - share) * m_min) = nu * nu * sqrt (1 - share)) by (rewrite NN, <- sqrt_mult by lra; f_equal; ring).
  assert (D1 : half_weight mu true = mu / (nu * nu) * / sqrt (m_maj / m_min)) by (unfold half_weight; rewrite RJ, NN; field; lra).
  assert (D2 : half_weight mu false = mu / (nu * nu) * 1) by (unfold half_weight; rewrite NN; field; lra).
  assert (Om0 : forall b, 0 < half_weight mu b) by (intros []; apply Rdiv_lt_0_compat; assumption).
  set (m := half_modes mu delta w). set (A := fun t => nu * a (mu * t)). set (B := fun t => nu * b (mu * t)).
  assert (FR : solves (half_weight mu true) (half_weight mu false) (sqrt (share * m_maj)) (sqrt ((1 - share) * m_min)) (m O) A B).
  { rewrite Z1E, Z2E, D1, D2. apply (solves_scaled _ _ _ _ w a b _ nu mu); [field; lra | lra | exact F]. }
  assert (He : 0 < exp (-2 * delta) < 1).
  { pose proof (exp2_gt2 delta Hd). rewrite exp_m2. split; [apply Rinv_0_lt_compat; lra|].
    rewrite <- Rinv_1. apply Rinv_lt_contravar; lra. }
  assert (SP : forall c, 0 < sigma c) by (intros c; apply (step_sigma_pos p q Hp Hq m_maj m_min Hmaj Hmin c)).
  assert (S0 : forall c, 0 < s0_scaled (sigma c) delta < sigma c).
  { intros c. pose proof (SP c). unfold s0_scaled. nra. }
  assert (FG : forall c t, (0 < c < r)%nat -> 0 <= t ->
     is_derive (m c) t (half_weight mu (majority p c) * m c t * (sigma c - m c t * m c t))).
  { intros [|c] t Hc Ht; [lia|]. unfold m, half_modes. apply sqrt_s_solves_mode_ode; auto. }
  destruct (step_reduced_solves_full (half_weight mu) m A B FR FG) as [FF AA].
  change (mode_W r U Q m) with W in *. change (full_H N r V Q g m A B) with H in *.
  pose proof (group_half_pos delta Hd) as GH.
  assert (T0 : 0 < T) by (apply Rdiv_lt_0_compat; assumption).
  split; [exact FF|]. split; [|split].
  - exists (fun c => m c 0).
    assert (ST : starts (exp (-2 * delta)) (sigma O * sqrt (mass N V g true)) (sigma O * sqrt (mass N V g false)) (m O) A B).
    { rewrite !step_target. rewrite Z1E, Z2E. destruct I as [w0 [a0 [b0 [E [EA EB]]]]].
      unfold starts, m, A, B, half_modes. fold nu. rewrite Rmult_0_r.
      repeat split; try (apply Rmult_lt_0_compat; assumption).
      - rewrite !Rsqr_mult, E. ring.
      - transitivity (nu * nu * (w 0 * a 0)); [ring | rewrite EA; ring].
      - transitivity (nu * nu * (w 0 * b 0)); [ring | rewrite EB; ring]. }
    pose proof (step_V_orthonormal p q Hp Hq N y m_maj m_min Hmaj Hmin Hy counts) as HV.
    assert (Hr : (0 < r)%nat) by lia.
    destruct (starts_spectral N r V sigma g m A B Hr HV step_mass_pos _ (SP O) ST) as [HA [HB HC]].
    split; [|split].
    + intros [|c] Hc; [split; [apply ST | rewrite HC; ring]|]. unfold m, half_modes.
      rewrite (s_initial _ _ (SP (S c)) _ (S0 (S c))). destruct (S0 (S c)) as [P0 _].
      split; [apply sqrt_lt_R0, P0 | rewrite sqrt_sqrt; [reflexivity | lra]].
    + reflexivity.
    + intros l j. apply (full_start N r V Q g m A B step_mass_pos HA HB).
  - intros c Hc.
    assert (ES : forall t, learned mu delta w a b c t
                   = s (sigma c) (half_weight mu (majority p c)) (s0_scaled (sigma c) delta) t / sigma c).
    { intros t. unfold learned. rewrite (proj1 (proj2 (AA t))) by exact Hc. f_equal. destruct c as [|c]; [lia|].
      unfold m, half_modes. apply sqrt_sqrt, Rlt_le, s_range; auto. }
    assert (ET : T = t_half (sigma c) (half_weight mu (majority p c)) (s0_scaled (sigma c) delta)).
    { rewrite t_half_scaled by auto. unfold T, group_half.
      replace (2 * sigma c * half_weight mu (majority p c)) with (2 * mu); [field; lra|].
      destruct c as [|c]; [lia|]. unfold half_weight, step_sigma, step_square.
      destruct (majority p (S c)); field; lra. }
    pose proof (SP c). split; [lra|]. split; [|intros t Ht]; rewrite ES.
    + rewrite ET, s_at_t_half by auto. field. lra.
    + apply Rlt_div_l; [assumption|]. replace (1 / 2 * sigma c) with (sigma c / 2) by field.
      rewrite <- (s_at_t_half (sigma c) (half_weight mu (majority p c))) with (s0 := s0_scaled (sigma c) delta) by auto.
      rewrite <- ET. apply s_increasing; auto. lra.
  - destruct (half_time_exists share (m_maj / m_min) delta w a b SR RR Hd F I) as [tc [HF [L R0]]].
    pose proof (exact_window_bound share (m_maj / m_min) delta w a b SR RR Hd F I tc HF) as WB.
    exists (tc / mu). split; [|split; [split|]].
    + apply (first_half_ext (fun t => fraction share (m_maj / m_min) w a b (mu * t))); [|apply first_half_scaled; assumption].
      intros t _. symmetry. refine (eq_trans (proj1 (AA t)) _). rewrite Z1E, Z2E.
      apply contrast_scaled; [exact N0|]. apply sqrt_lt_R0, Rmult_lt_0_compat; lra.
    + unfold T, Rdiv. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat|]; assumption.
    + unfold T. replace (group_half delta / mu / sqrt share) with (group_half delta / sqrt share / mu)
        by (field; split; [lra | apply Rgt_not_eq, sqrt_lt_R0; lra]).
      unfold Rdiv at 1 2. apply Rmult_lt_compat_r; [apply Rinv_0_lt_compat|]; assumption.
    + revert WB. unfold exact_window, relative_spread, last_of, first_of.
      assert (L' : T <= tc / mu) by (unfold T, Rdiv; apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat|]; assumption).
      rewrite (Rmax_left tc), (Rmax_right _ tc), (Rmin_right tc), (Rmin_left _ _ (Rle_refl (group_half delta))) by assumption.
      rewrite (Rmax_left (tc / mu)), (Rmax_right _ (tc / mu)), (Rmin_right (tc / mu)), (Rmin_left _ _ (Rle_refl T)) by assumption.
      replace (tc / mu / T) with (tc / group_half delta) by (unfold T; field; lra). trivial.
Qed.
End Step.

(* STEP problems with any class sizes there are: samples class after class, hidden directions those of the axes. *)
Theorem problems_exist p q M m : (0 < p)%nat -> (0 < q)%nat -> (0 < M)%nat -> (0 < m)%nat -> exists y Q,
  (forall j, (j < p * M + q * m)%nat -> (y j < p + q)%nat) /\
  (forall c, (c < p + q)%nat -> sum (p * M + q * m) (fun j => if Nat.eqb (y j) c then 1 else 0)
                                = if majority p c then INR M else INR m) /\
  orthonormal (p + q - 1) (p + q - 1) Q.
Proof.
  intros Hp Hq HM Hm. exists (block_class p M m), (fun l a => if Nat.eqb l a then 1 else 0).
  split; [apply block_class_below; assumption|]. split; [apply block_counts; assumption|].
  intros a c Ha _. rewrite (sum_ext _ _ (fun l => (if Nat.eqb l c then 1 else 0) * (if Nat.eqb a l then 1 else 0))).
  - apply (sum_delta _ a (fun l => if Nat.eqb l c then 1 else 0) Ha).
  - intros l _. rewrite (Nat.eqb_sym l a). ring.
Qed.
