(* The flow of the weighted cross-entropy of STEP labels from a spectral start is five numbers.

   The equations of FiveNumbers.v have a solution for all t >= 0 from any start, as with weights N_b c_b^2 for the features and 2 (k_b - 1) for the
   groups the squared length of the numbers grows at no more than what the residuals supply to the logits (Existence.v); so, the flow of all
   samples being one, it is theirs.

   Hypotheses: p, q >= 1; m_maj, m_min > 0; any map of samples to classes with these counts; Q has orthonormal columns; weights of the
   groups at least 0; W and H follow the flow from a spectral start (there is one: CrossEntropyWellPosed.v).
   Computed by: ufm_simulation::ReducedCrossEntropyFlow.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz Bool List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow Systems Existence StepModes Uniqueness WellPosed MatrixCalculus StepFlow StepWindow.
From UFM Require Import CrossEntropy CrossEntropySymmetry CrossEntropyWellPosed CrossEntropyStep CrossEntropyOrder FiveNumbers.
Import ListNotations.
Open Scope R_scope.

Lemma close_ext {X : Type} (on : X -> Prop) e f g f' g' : (forall x, f x = f' x) -> (forall x, g x = g' x) ->
  close on e f g -> close on e f' g'.
Proof.
  intros F G [c [Hc P]]. exists c. split; [exact Hc|]. intros x Hx. rewrite <- F, <- G. apply P, Hx.
Qed.

Section Numbers.
Variables (p q : nat) (m om : bool -> R).
Notation k := (p + q)%nat.
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat).
Hypothesis Hm : forall b, 0 < m b.
Hypothesis Hom : forall b, 0 <= om b.
Notation size b := (INR (group_size p q b)).
Notation other b := (INR (group_size p q (negb b))).
Notation along := (along p q).
Notation within_group := (within_group p q).

(* A class of each group. *)
Definition member (b : bool) : nat := if b then O else p.

Lemma member_group b : (member b < k)%nat /\ majority p (member b) = b.
Proof.
  unfold member, majority. destruct b; split; try lia; [apply Nat.ltb_lt; lia | apply Nat.ltb_ge; lia].
Qed.

Section Close.
Context {X : Type}.
Variables (on : X -> Prop) (e : X -> R).
Hypothesis He : forall x, 0 <= e x.

Lemma close_residuals b (r x r' x' : X -> R) : close on e r r' -> close on e x x' ->
  close on e (fun z => along b (r z) (x z)) (fun z => along b (r' z) (x' z)) /\
  ((2 <= group_size p q b)%nat -> close on e (fun z => within_group b (r z) (x z)) (fun z => within_group b (r' z) (x' z))).
Proof.
  intros Cr Cx. destruct (member_group b) as [Hc Gc]. destruct (member_group (negb b)) as [Ho Go].
  set (c := member b) in *. set (o := member (negb b)) in *.
  destruct (sizes p q Hp Hq b) as [S1 [O1 [K1 _]]].
  assert (CL : forall i j, (i < k)%nat -> (j < 1)%nat ->
    close on e (fun z => two_parts p q (r z) (x z) i c) (fun z => two_parts p q (r' z) (x' z) i c)).
  { intros i _ _ _. destruct (eqb (majority p i) b) eqn:E.
    - apply (close_ext on e (fun z => r z * (other b / (size b * INR k)) + x z * ((if Nat.eqb i c then 1 else 0) - / size b))
        (fun z => r' z * (other b / (size b * INR k)) + x' z * ((if Nat.eqb i c then 1 else 0) - / size b))).
      1,2: intros z; rewrite two_parts_cases by assumption; rewrite Gc, E; reflexivity.
      apply close_plus; apply close_mult; try assumption; apply close_const, He.
    - apply (close_ext on e (fun z => r z * (- / INR k)) (fun z => r' z * (- / INR k))).
      1,2: intros z; rewrite two_parts_cases by assumption; rewrite Gc, E; field; lra.
      apply close_mult; [assumption | apply close_const, He]. }
  pose proof (cross_entropy_lipschitz k 1 (fun _ => c) (fun _ => 1)) as LL.
  assert (CR : forall i, (i < k)%nat -> close on e (fun z => two_parts p q (along b (r z) (x z)) (within_group b (r z) (x z)) i c)
    (fun z => two_parts p q (along b (r' z) (x' z)) (within_group b (r' z) (x' z)) i c)).
  { intros i Hi.
    pose proof (LL X on e (fun z i _ => two_parts p q (r z) (x z) i c) (fun z i _ => two_parts p q (r' z) (x' z) i c) He CL i O Hi Nat.lt_0_1) as C.
    refine (close_ext on e _ _ _ _ _ _ C); intros z; unfold drive; rewrite (residual_two_parts p q Hp Hq _ _ i c Hi Hc), Gc; ring. }
  assert (CA : close on e (fun z => along b (r z) (x z)) (fun z => along b (r' z) (x' z))).
  { refine (close_ext on e _ _ _ _ _ _ (close_mult on e _ _ _ _ (close_const on e He (- INR k)) (CR o Ho)));
      intros z; rewrite two_parts_cases by assumption; rewrite Go, Gc; (destruct b; simpl eqb; cbv iota; field; lra). }
  split; [exact CA|]. intros H2. assert (G2 : 1 < size b) by (apply (lt_INR 1), H2).
  refine (close_ext on e _ _ _ _ _ _ (close_mult on e _ _ _ _ (close_minus on e _ _ _ _ (CR c Hc)
    (close_mult on e _ _ _ _ CA (close_const on e He (other b / (size b * INR k))))) (close_const on e He (size b / (size b - 1)))));
    intros z; rewrite two_parts_cases by assumption; rewrite Gc, eqb_reflx, Nat.eqb_refl; field; repeat split; lra.
Qed.
End Close.

(* The numbers with the weights under which what they gain is bounded. *)
Let theta (b : bool) : R := sqrt (m b * other b / INR k).
Let zeta (b : bool) : R := if Nat.ltb 1 (group_size p q b) then sqrt (2 * (size b - 1)) else 1.
Let at_v (b : bool) : nat := if b then 1%nat else 2%nat.
Let at_e (b : bool) : nat := if b then 3%nat else 4%nat.
Let v_of (z : nat -> R) (b : bool) : R := z (at_v b) / theta b.
Let e_of (z : nat -> R) (b : bool) : R := z (at_e b) / zeta b.
Let r_of (z : nat -> R) (b : bool) : R := z O * v_of z b.
Let x_of (z : nat -> R) (b : bool) : R := e_of z b * e_of z b / sqrt (m b).
Let q_of (z : nat -> R) (b : bool) : R := along b (r_of z b) (x_of z b).
Let gain_v (z : nat -> R) (b : bool) : R := theta b * (om b * z O * q_of z b).
Let gain_e (z : nat -> R) (b : bool) : R :=
  if Nat.ltb 1 (group_size p q b) then zeta b * (sqrt (m b) * om b * within_group b (r_of z b) (x_of z b) * e_of z b) else 0.
Let field (z : nat -> R) (s : nat) : R :=
  match s with
  | O => theta true * theta true * om true * q_of z true * v_of z true + theta false * theta false * om false * q_of z false * v_of z false
  | 1%nat => gain_v z true | 2%nat => gain_v z false | 3%nat => gain_e z true | _ => gain_e z false
  end.
Let all : list nat := [0; 1; 2; 3; 4]%nat.

Lemma theta_pos b : 0 < theta b /\ theta b * theta b = m b * other b / INR k.
Proof.
  destruct (sizes p q Hp Hq b) as [S1 [O1 [K1 _]]].
  assert (0 < m b * other b / INR k) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; [apply Hm | exact O1] | lra]).
  split; [apply sqrt_lt_R0; assumption | apply sqrt_sqrt; lra].
Qed.

Lemma zeta_pos b : 0 < zeta b.
Proof.
  unfold zeta. destruct (Nat.ltb_spec 1 (group_size p q b)) as [H | H]; [|lra].
  apply sqrt_lt_R0. pose proof (lt_INR 1 _ H) as L. simpl in L. lra.
Qed.

Lemma supplied z b : v_of z b * theta b * gain_v z b + theta b * theta b * om b * q_of z b * v_of z b * z O + e_of z b * zeta b * gain_e z b
  <= 2 * om b * m b * size b * INR k.
Proof.
  destruct (member_group b) as [Hc Gc]. destruct (sizes p q Hp Hq b) as [S1 [O1 [K1 _]]]. destruct (theta_pos b) as [T0 TT].
  pose proof (sqrt_lt_R0 _ (Hm b)) as M0. pose proof (sqrt_sqrt (m b) (Rlt_le _ _ (Hm b))) as MM.
  set (h := within_group b (r_of z b) (x_of z b)).
  assert (B : q_of z b * r_of z b * (other b / (size b * INR k)) + h * x_of z b * (1 - / size b) <= INR k).
  { pose proof (residual_on_logits k (member b) (fun i => two_parts p q (r_of z b) (x_of z b) i (member b)) Hc) as RL.
    rewrite (sum_ext k _ (fun i => two_parts p q (q_of z b) h i (member b) * two_parts p q (r_of z b) (x_of z b) i (member b))) in RL.
    - rewrite two_parts_product, Gc in RL by assumption. exact RL.
    - intros i Hi. rewrite (residual_two_parts p q Hp Hq _ _ i _ Hi Hc), Gc. reflexivity. }
  assert (E : e_of z b * zeta b * gain_e z b = 2 * om b * m b * (size b - 1) * (h * x_of z b)).
  { unfold gain_e. fold h. unfold x_of. unfold zeta. destruct (Nat.ltb_spec 1 (group_size p q b)) as [H | H].
    - pose proof (lt_INR 1 _ H) as L. simpl in L. pose proof (sqrt_sqrt (2 * (size b - 1)) ltac:(lra)) as ZZ.
      set (s := sqrt (2 * (size b - 1))) in *.
      transitivity (e_of z b * e_of z b * (s * s) * sqrt (m b) * om b * h); [ring|]. rewrite ZZ. rewrite <- MM at 2. field. lra.
    - assert (E1 : size b = 1) by (pose proof (size_at_least_1 p q Hp Hq b); pose proof (le_INR _ 1 H) as L; simpl in L; lra).
      rewrite E1. ring. }
  rewrite E. unfold gain_v, r_of in *.
  replace (v_of z b * theta b * (theta b * (om b * z O * q_of z b)) + theta b * theta b * om b * q_of z b * v_of z b * z O
    + 2 * om b * m b * (size b - 1) * (h * x_of z b))
    with (2 * om b * m b * size b * (q_of z b * (z O * v_of z b) * (other b / (size b * INR k)) + h * x_of z b * (1 - / size b))).
  - apply Rmult_le_compat_l; [|exact B]. pose proof (Hom b). pose proof (Hm b). repeat apply Rmult_le_pos; lra.
  - transitivity (2 * (theta b * theta b) * (om b * z O * q_of z b * v_of z b) + 2 * om b * m b * (size b - 1) * (h * x_of z b)); [|ring].
    rewrite TT. field. lra.
Qed.

(* Equations in w, v_b and e_b from any start. *)
Theorem numbers_exist w0 (v0 e0 : bool -> R) : exists w v e, w 0 = w0 /\ (forall b, v b 0 = v0 b) /\ (forall b, e b 0 = e0 b) /\
  forall t, 0 <= t ->
    is_derive w t (sum 2 (fun i => let b := Nat.eqb i 0 in m b * other b / INR k * om b * along b (w t * v b t) (e b t * e b t / sqrt (m b)) * v b t)) /\
    forall b, is_derive (v b) t (om b * w t * along b (w t * v b t) (e b t * e b t / sqrt (m b))) /\
      ((2 <= group_size p q b)%nat ->
        is_derive (e b) t (sqrt (m b) * om b * within_group b (w t * v b t) (e b t * e b t / sqrt (m b)) * e b t)).
Proof.
  set (start := fun s : nat => match s with O => w0 | 1%nat => theta true * v0 true | 2%nat => theta false * v0 false
    | 3%nat => zeta true * e0 true | _ => zeta false * e0 false end).
  set (cc := 2 * om true * m true * size true * INR k + 2 * om false * m false * size false * INR k).
  assert (Hcc : 0 <= cc).
  { assert (P : forall b, 0 <= 2 * om b * m b * size b * INR k).
    { intros b. pose proof (Hom b). pose proof (Hm b). destruct (sizes p q Hp Hq b) as [S1 [O1 [K1 _]]]. repeat apply Rmult_le_pos; lra. }
    unfold cc. pose proof (P true). pose proof (P false). lra. }
  destruct (global_solution all field start cc Hcc) as [z [Z0 D]].
  - apply locally_lipschitz_by_close. intros X on e x x' He C.
    assert (I : forall s, (s < 5)%nat -> In s all) by (intros s Hs; unfold all; simpl; lia).
    assert (CV : forall b, close on e (fun z => v_of (x z) b) (fun z => v_of (x' z) b)).
    { intros b. unfold v_of. apply close_mult; [apply C, I; unfold at_v; destruct b; lia | apply close_const, He]. }
    assert (CE : forall b, close on e (fun z => e_of (x z) b) (fun z => e_of (x' z) b)).
    { intros b. unfold e_of. apply close_mult; [apply C, I; unfold at_e; destruct b; lia | apply close_const, He]. }
    assert (C0 : close on e (fun z => x z O) (fun z => x' z O)) by (apply C, I; lia).
    assert (CRX : forall b, close on e (fun z => r_of (x z) b) (fun z => r_of (x' z) b) /\ close on e (fun z => x_of (x z) b) (fun z => x_of (x' z) b)).
    { intros b. split; [apply close_mult; auto|]. apply close_mult; [apply close_mult; auto | apply close_const, He]. }
    assert (CQ : forall b, close on e (fun z => q_of (x z) b) (fun z => q_of (x' z) b)).
    { intros b. destruct (CRX b). apply (close_residuals on e He); assumption. }
    assert (GV : forall b, close on e (fun z => gain_v (x z) b) (fun z => gain_v (x' z) b)).
    { intros b. unfold gain_v. apply close_mult; [apply close_const, He|]. apply close_mult; [|auto]. apply close_mult; [apply close_const, He | exact C0]. }
    assert (GE : forall b, close on e (fun z => gain_e (x z) b) (fun z => gain_e (x' z) b)).
    { intros b. unfold gain_e. destruct (Nat.ltb_spec 1 (group_size p q b)) as [H | H]; [|apply close_const, He].
      apply close_mult; [apply close_const, He|]. apply close_mult; [|auto]. apply close_mult; [apply close_const, He|].
      destruct (CRX b). apply (close_residuals on e He); [assumption | assumption | exact H]. }
    intros s Hs. unfold all in Hs. simpl in Hs. destruct Hs as [<- | [<- | [<- | [<- | [<- | []]]]]]; unfold field; auto.
    apply close_plus; (apply close_mult; [apply close_mult; [apply close_const, He | auto] | auto]).
  - intros z. unfold all. simpl. pose proof (supplied z true) as B1. pose proof (supplied z false) as B2.
    destruct (theta_pos true) as [T1 _]. destruct (theta_pos false) as [T2 _]. pose proof (zeta_pos true) as Z1. pose proof (zeta_pos false) as Z2.
    assert (E1 : forall b, v_of z b * theta b = z (at_v b)) by (intros b; destruct (theta_pos b); unfold v_of; field; lra).
    assert (E2 : forall b, e_of z b * zeta b = z (at_e b)) by (intros b; pose proof (zeta_pos b); unfold e_of; field; lra).
    rewrite E1, E2 in B1, B2. unfold at_v, at_e in B1, B2. unfold cc. lra.
  - assert (I : forall s, (s < 5)%nat -> In s all) by (intros s Hs; unfold all; simpl; lia).
    exists (z O), (fun b t => z (at_v b) t / theta b), (fun b t => z (at_e b) t / zeta b).
    split; [apply Z0|]. split; [|split].
    + intros b. rewrite Z0. destruct (theta_pos b) as [T0 _]. unfold start, at_v. destruct b; field; lra.
    + intros b. rewrite Z0. pose proof (zeta_pos b) as T0. unfold start, at_e. destruct b; field; lra.
    + intros t Ht. split; [|intros b; split].
      * apply (is_derive_ext_value _ t _ _) with (2 := D O t (I O ltac:(lia)) Ht). unfold field.
        rewrite (proj2 (theta_pos true)), (proj2 (theta_pos false)). simpl sum. unfold q_of, r_of, x_of, v_of, e_of. simpl. ring.
      * destruct (theta_pos b) as [T0 _].
        apply (is_derive_ext_value _ t (gain_v (fun s => z s t) b * / theta b)); [unfold gain_v, q_of, r_of, x_of, v_of, e_of; field; lra|].
        apply (is_derive_scal_l (z (at_v b)) t _ (/ theta b)). destruct b; [apply (D 1%nat) | apply (D 2%nat)]; try exact Ht; apply I; lia.
      * intros G. pose proof (zeta_pos b) as T0.
        apply (is_derive_ext_value _ t (gain_e (fun s => z s t) b * / zeta b)).
        -- unfold gain_e. replace (Nat.ltb 1 (group_size p q b)) with true by (symmetry; apply Nat.ltb_lt; lia).
           unfold r_of, x_of, v_of, e_of. field. lra.
        -- apply (is_derive_scal_l (z (at_e b)) t _ (/ zeta b)). destruct b; [apply (D 3%nat) | apply (D 4%nat)]; try exact Ht; apply I; lia.
Qed.
End Numbers.

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
Notation start := (spectral_start p q N d y m_maj m_min Q).
Notation m := (fun b : bool => if b then m_maj else m_min).

(* From a spectral start whose amplitudes are the same for all modes of a group: both layers, and the logits of every sample. *)
Theorem cross_entropy_numbers om w0 (eta : bool -> R) W H : (forall b, 0 <= om b) ->
  (forall c, (0 < c < r)%nat -> w0 c = eta (majority p c)) ->
  cross_entropy_flow p q N d y om W H -> start w0 (W 0) (H 0) ->
  exists w a e, let x b t := e b t * e b t / sqrt (m b) in
    five_numbers p q m om w a x /\
    (w 0 = w0 O /\ forall b, a b 0 = contrast_of p q b * (w0 O / sigma O) /\ x b 0 = eta b * eta b / sqrt (m b)) /\
    forall t, 0 <= t ->
      agree k d (W t) (five_W p q Q w e t) /\
      agree d N (H t) (five_H p q y m_maj m_min Q (fun b t => a b t / contrast_of p q b) e t) /\
      forall i j, (i < k)%nat -> (j < N)%nat -> mul d (W t) (H t) i j
        = two_parts p q (logit_along p q w a (majority p (y j)) t) (x (majority p (y j)) t) i (y j).
Proof.
  intros Hom Hw0 F S0. assert (Hm : forall b, 0 < m b) by (intros []; assumption).
  destruct (numbers_exist p q m om Hp Hq Hm Hom (w0 O) (fun _ => w0 O / sigma O) eta) as [w [v [e [Ew [Ev [Ee D]]]]]].
  assert (C : forall b, 0 < contrast_of p q b /\ contrast_of p q b * contrast_of p q b
    = INR (group_size p q (negb b)) / (INR (group_size p q b) * INR k)) by (apply contrast_square; assumption).
  assert (K : forall b, 0 < INR (group_size p q b) /\ 0 < INR (group_size p q (negb b)) /\
    INR k = INR (group_size p q b) + INR (group_size p q (negb b)) /\ INR p * INR q = INR (group_size p q b) * INR (group_size p q (negb b)))
    by (apply sizes; assumption).
  set (a := fun b t => contrast_of p q b * v b t).
  assert (L : forall b t, logit_along p q w a b t = w t * v b t).
  { intros b t. unfold logit_along, a. destruct (C b). field. lra. }
  exists w, a, e. cbv zeta. split; [|split].
  - intros t Ht. destruct (D t Ht) as [Dw Dv]. cbv beta zeta. rewrite !L. split.
    + apply (is_derive_ext_value _ t _ _) with (2 := Dw). simpl sum. unfold a.
      destruct (C true) as [C1 S1]. destruct (C false) as [C2 S2]. destruct (K true) as [K1 [K2 [K3 _]]]. simpl negb in *.
      set (A1 := along p q true _ _). set (A2 := along p q false _ _).
      transitivity (INR (group_size p q true) * m_maj * om true * (contrast_of p q true * contrast_of p q true) * A1 * v true t
        + INR (group_size p q false) * m_min * om false * (contrast_of p q false * contrast_of p q false) * A2 * v false t); [|ring].
      rewrite S1, S2, K3. change (INR q) with (INR (group_size p q false)). change (INR p) with (INR (group_size p q true)). field. lra.
    + intros b. destruct (Dv b) as [Dv1 De]. rewrite L. split.
      * apply (is_derive_ext_value _ t (contrast_of p q b * (om b * w t * along p q b (w t * v b t) (e b t * e b t / sqrt (m b))))); [ring|].
        apply (is_derive_scal (v b)), Dv1.
      * intros G. specialize (De G). pose proof (sqrt_lt_R0 _ (Hm b)) as M0.
        set (h := within_group p q b (w t * v b t) (e b t * e b t / sqrt (m b))) in *.
        apply (is_derive_ext_value _ t ((sqrt (m b) * om b * h * e b t * e b t + e b t * (sqrt (m b) * om b * h * e b t)) * / sqrt (m b))); [field; lra|].
        apply (is_derive_scal_l (fun u => e b u * e b u) t _ (/ sqrt (m b))). apply (is_derive_mult (e b) (e b) t _ _ De De). intros; apply Rmult_comm.
  - split; [exact Ew|]. intros b. unfold a. rewrite Ev, Ee. split; reflexivity.
  - assert (FF : follows k d N (five_W p q Q w e) (five_H p q y m_maj m_min Q v e)
      (fun t => drive k y (fun j => om (sample_group p y j)) (mul d (five_W p q Q w e t) (five_H p q y m_maj m_min Q v e t)))).
    { apply (five_follow p q N d y m_maj m_min Q om Hp Hq Hmaj Hmin Hy counts HQ w v e).
      - intros t Ht. apply (is_derive_ext_value _ t _ _) with (2 := proj1 (D t Ht)). simpl sum. unfold strength, fraction_of.
        destruct (INR_pq p q Hp Hq) as [P [Q0 K0]]. unfold group_size. simpl. field. lra.
      - intros b t Ht. exact (proj1 (proj2 (D t Ht) b)).
      - intros b t Ht G. exact (proj2 (proj2 (D t Ht) b) G). }
    assert (S1 : start w0 (five_W p q Q w e 0) (five_H p q y m_maj m_min Q v e 0)).
    { split; [intros i l _ _ | intros l j _ Hj].
      - apply sum_ext. intros [|c] Hc; unfold in_classifier; [rewrite Ew; reflexivity|]. rewrite Ee, Hw0 by lia. reflexivity.
      - apply sum_ext. intros [|c] Hc; unfold in_features, step_V.
        + rewrite Ev. unfold Rdiv. ring.
        + rewrite Ee, Hw0 by lia. replace (sigma (S c)) with (sqrt (m (majority p (S c)))) by reflexivity. unfold Rdiv. ring. }
    assert (EQ : forall t, 0 <= t -> agree k d (W t) (five_W p q Q w e t) /\ agree d N (H t) (five_H p q y m_maj m_min Q v e t)).
    { destruct (cross_entropy_well_posed k d N y (fun j => om (sample_group p y j)) Hy ltac:(intros; apply Hom) (W 0) (H 0))
        as [W1 [H1 [_ [_ [_ UU]]]]].
      intros t Ht. destruct S0 as [SW SH]. destruct S1 as [SW1 SH1].
      destruct (UU W H (agree_refl _ _ _) (agree_refl _ _ _) F t Ht) as [A1 A2].
      destruct (UU _ _ (agree_trans _ _ _ _ _ SW1 (agree_sym _ _ _ _ SW)) (agree_trans _ _ _ _ _ SH1 (agree_sym _ _ _ _ SH)) FF t Ht) as [B1 B2].
      split; [apply (agree_trans _ _ _ _ _ A1), agree_sym, B1 | apply (agree_trans _ _ _ _ _ A2), agree_sym, B2]. }
    intros t Ht. destruct (EQ t Ht) as [AW AH]. split; [exact AW|]. split.
    + intros l j Hl Hj. rewrite (AH l j Hl Hj). apply sum_ext. intros [|c] Hc; [|reflexivity]. unfold in_features, a.
      destruct (C (majority p (y j))). f_equal. f_equal. field. lra.
    + intros i j Hi Hj. rewrite L, (agree_mul k d N _ _ _ _ AW AH i j Hi Hj).
      apply (five_logits p q N d y m_maj m_min Q Hp Hq Hy HQ); assumption.
Qed.

(* From either spectral start, with weights n_c^(-gamma). *)
Theorem cross_entropy_is_five_numbers gamma delta W H : cross_entropy_flow p q N d y (power_weight m_maj m_min gamma) W H ->
  start (fun _ => exp (- delta)) (W 0) (H 0) \/ start (fun c => sqrt (sigma c * exp (-2 * delta))) (W 0) (H 0) ->
  exists w a e, let x b t := e b t * e b t / sqrt (m b) in
    five_numbers p q m (power_weight m_maj m_min gamma) w a x /\
    forall t, 0 <= t ->
      agree k d (W t) (five_W p q Q w e t) /\
      agree d N (H t) (five_H p q y m_maj m_min Q (fun b t => a b t / contrast_of p q b) e t) /\
      forall i j, (i < k)%nat -> (j < N)%nat -> mul d (W t) (H t) i j
        = two_parts p q (logit_along p q w a (majority p (y j)) t) (x (majority p (y j)) t) i (y j).
Proof.
  intros F S0. set (om := power_weight m_maj m_min gamma) in *.
  assert (Hom : forall b, 0 <= om b) by (intros b; left; apply exp_pos).
  destruct S0 as [S0 | S0].
  - destruct (cross_entropy_numbers om (fun _ => exp (- delta)) (fun _ => exp (- delta)) W H Hom (fun _ _ => eq_refl) F S0)
      as [w [a [e [F5 [_ E]]]]].
    exists w, a, e. split; assumption.
  - destruct (cross_entropy_numbers om (fun c => sqrt (sigma c * exp (-2 * delta))) (fun b => sqrt (sqrt (m b) * exp (-2 * delta))) W H Hom)
      as [w [a [e [F5 [_ E]]]]]; try assumption.
    + intros [|c] Hc; [lia | reflexivity].
    + exists w, a, e. split; assumption.
Qed.
End Step.
