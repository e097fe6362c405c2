(* Matrix flows W' = G H^T, H' = W^T G with G a function of the logits W H: exactly one solution for all t >= 0, from any start.

   It is asked of G that it is Lipschitz where the logits are bounded, and that sum_ij G_ij L_ij <= c for all logits L, as
        1/2 d/dt (|W|^2 + |H|^2) = 2 sum_ij G_ij (W H)_ij,
   so nothing escapes in finite time (Existence.v).  For the weighted squared loss G = (Z - L) Omega, Omega diagonal and
   nonnegative, c = 1/4 sum_ij omega_j Z_ij^2.  The three equations of ExactFlow.v are this flow with k = d = 1 and two samples.

   Hypotheses: weights of samples at least 0; no others, on labels, widths or the start.
   Computed by: ufm_simulation::{GradientFlow, ReducedFlow}.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow ExactFlow Systems Existence Uniqueness.
Import ListNotations.
Open Scope R_scope.

(* A derivative may be written another way. *)
Lemma is_derive_ext_value (f : R -> R) (t u v : R) : u = v -> is_derive f t u -> is_derive f t v.
Proof. intros ->. trivial. Qed.

(* Sums over places of the two layers. *)
Lemma total_app {I : Type} (a b : list I) f : total (a ++ b) f = total a f + total b f.
Proof. induction a as [|i a IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma total_map {I J : Type} (h : J -> I) (l : list J) f : total (map h l) f = total l (fun j => f (h j)).
Proof. induction l as [|j l IH]; simpl; [reflexivity | rewrite IH; reflexivity]. Qed.

Lemma total_prod {I J : Type} (a : list I) (b : list J) f :
  total (list_prod a b) f = total a (fun i => total b (fun j => f (i, j))).
Proof. induction a as [|i a IH]; simpl; [reflexivity|]. rewrite total_app, total_map, IH. reflexivity. Qed.

Lemma total_seq n f : total (seq 0 n) f = sum n f.
Proof. induction n as [|n IH]; [reflexivity|]. rewrite seq_S, total_app, IH. simpl. ring. Qed.

Lemma total_places k d N f : total (places k d N) f
  = sum k (fun i => sum d (fun l => f (inl (i, l)))) + sum d (fun l => sum N (fun j => f (inr (l, j)))).
Proof.
  unfold places. rewrite total_app, !total_map, !total_prod, !total_seq. f_equal; apply sum_ext; intros; apply total_seq.
Qed.

(* That entries of the driving matrix are close wherever those of the logits are. *)
Definition lipschitz_drive (k N : nat) (drive : (nat -> nat -> R) -> nat -> nat -> R) : Prop :=
  forall (X : Type) (on : X -> Prop) (e : X -> R) (L L' : X -> nat -> nat -> R), (forall x, 0 <= e x) ->
    (forall i j, (i < k)%nat -> (j < N)%nat -> close on e (fun x => L x i j) (fun x => L' x i j)) ->
    forall i j, (i < k)%nat -> (j < N)%nat -> close on e (fun x => drive (L x) i j) (fun x => drive (L' x) i j).

Section Driven.
Variables (k d N : nat) (drive : (nat -> nat -> R) -> nat -> nat -> R) (c : R).
Hypothesis lipschitz : lipschitz_drive k N drive.
Hypothesis dissipative : forall L, sum k (fun i => sum N (fun j => drive L i j * L i j)) <= c.
Hypothesis Hc : 0 <= c.

Notation state := (nat * nat + nat * nat -> R).
Let layer_W (x : state) (i l : nat) : R := x (inl (i, l)).
Let layer_H (x : state) (l j : nat) : R := x (inr (l, j)).
Let logits (x : state) : nat -> nat -> R := mul d (layer_W x) (layer_H x).
(* The right-hand side of the flow, place by place. *)
Let field (x : state) (s : nat * nat + nat * nat) : R :=
  match s with
  | inl p => mul N (drive (logits x)) (tr (layer_H x)) (fst p) (snd p)
  | inr p => mul k (tr (layer_W x)) (drive (logits x)) (fst p) (snd p)
  end.

Lemma field_locally_lipschitz M : 0 <= M -> exists K, 0 <= K /\ forall x y,
  within (places k d N) M x -> within (places k d N) M y -> forall s, In s (places k d N) ->
  Rabs (field x s - field y s) <= K * total (places k d N) (fun p => Rabs (x p - y p)).
Proof.
  intros HM. set (on := fun p : state * state => within (places k d N) M (fst p) /\ within (places k d N) M (snd p)).
  set (e := fun p : state * state => total (places k d N) (fun s => Rabs (fst p s - snd p s))).
  assert (He : forall p, 0 <= e p).
  { intros p. pose proof (total_le (places k d N) (fun _ => 0) _ (fun s _ => Rabs_pos (fst p s - snd p s))) as P.
    rewrite total_const, Rmult_0_r in P. exact P. }
  assert (C0 : forall s, In s (places k d N) -> close on e (fun p => fst p s) (fun p => snd p s)).
  { intros s Hs. exists (M + 1). split; [lra|]. intros p [Wx Wy]. pose proof (Wx s Hs). pose proof (Wy s Hs).
    pose proof (term_le_total (places k d N) (fun s => Rabs (fst p s - snd p s)) s (fun _ => Rabs_pos _) Hs) as T.
    fold (e p) in T. pose proof (He p). repeat split; [lra | lra | nra]. }
  assert (CW : forall i l, (i < k)%nat -> (l < d)%nat -> close on e (fun p => layer_W (fst p) i l) (fun p => layer_W (snd p) i l)).
  { intros i l Hi Hl. apply C0, in_places. split; assumption. }
  assert (CH : forall l j, (l < d)%nat -> (j < N)%nat -> close on e (fun p => layer_H (fst p) l j) (fun p => layer_H (snd p) l j)).
  { intros l j Hl Hj. apply C0, in_places. split; assumption. }
  assert (CG : forall i j, (i < k)%nat -> (j < N)%nat ->
    close on e (fun p => drive (logits (fst p)) i j) (fun p => drive (logits (snd p)) i j)).
  { apply (lipschitz _ on e (fun p => logits (fst p)) (fun p => logits (snd p)) He). intros i j Hi Hj.
    apply close_mul; auto. }
  assert (CF : forall s, In s (places k d N) -> close on e (fun p => field (fst p) s) (fun p => field (snd p) s)).
  { intros s Hs. apply in_places in Hs. destruct s as [[i j] | [i j]], Hs; simpl in *; apply close_mul; intros; unfold tr; auto. }
  destruct (close_uniform on e He (places k d N) (fun s p => field (fst p) s) (fun s p => field (snd p) s) CF) as [K [HK P]].
  exists K. split; [exact HK|]. intros x y Wx Wy s Hs. apply (P s (x, y) Hs). split; assumption.
Qed.

(* What one layer gains is what the other does. *)
Lemma gains (W H G : nat -> nat -> R) :
  sum k (fun i => sum d (fun l => W i l * mul N G (tr H) i l)) = sum k (fun i => sum N (fun j => G i j * mul d W H i j)) /\
  sum d (fun l => sum N (fun j => H l j * mul k (tr W) G l j)) = sum k (fun i => sum N (fun j => G i j * mul d W H i j)).
Proof.
  split.
  - apply sum_ext. intros i _. unfold mul, tr.
    rewrite (sum_ext d _ (fun l => sum N (fun j => G i j * (W i l * H l j)))).
    2:{ intros l _. rewrite <- sum_scal. apply sum_ext. intros j _. ring. }
    rewrite sum_swap. apply sum_ext. intros j _. apply sum_scal.
  - unfold mul, tr.
    rewrite (sum_ext d _ (fun l => sum k (fun i => sum N (fun j => G i j * (W i l * H l j))))).
    2:{ intros l _. rewrite sum_swap. apply sum_ext. intros j _. rewrite <- sum_scal. apply sum_ext. intros i _. ring. }
    rewrite sum_swap. apply sum_ext. intros i _. rewrite sum_swap. apply sum_ext. intros j _. apply sum_scal.
Qed.

Lemma field_dissipative x : total (places k d N) (fun s => x s * field x s) <= 2 * c.
Proof.
  rewrite total_places. destruct (gains (layer_W x) (layer_H x) (drive (logits x))) as [E1 E2].
  pose proof (dissipative (logits x)) as B.
  apply Rle_trans with (sum k (fun i => sum N (fun j => drive (logits x) i j * logits x i j))
                        + sum k (fun i => sum N (fun j => drive (logits x) i j * logits x i j))); [|lra].
  apply Req_le. f_equal; assumption.
Qed.

Definition driven_flow (W H : R -> nat -> nat -> R) : Prop := follows k d N W H (fun t => drive (mul d (W t) (H t))).

(* From any start the flow exists for all t >= 0. *)
Theorem driven_exists (W0 H0 : nat -> nat -> R) : exists W H,
  (forall i l, W 0 i l = W0 i l) /\ (forall l j, H 0 l j = H0 l j) /\ driven_flow W H.
Proof.
  set (start := fun s : nat * nat + nat * nat => match s with inl p => W0 (fst p) (snd p) | inr p => H0 (fst p) (snd p) end).
  destruct (global_solution (places k d N) field start (2 * c) ltac:(lra) field_locally_lipschitz field_dissipative)
    as [x [X0 D]].
  exists (fun t i l => x (inl (i, l)) t), (fun t l j => x (inr (l, j)) t).
  split; [intros i l; apply X0|]. split; [intros l j; apply X0|]. split.
  - intros t i l Ht Hi Hl. apply (D (inl (i, l)) t); [apply in_places; split|]; assumption.
  - intros t l j Ht Hl Hj. apply (D (inr (l, j)) t); [apply in_places; split|]; assumption.
Qed.

(* And it is the only one. *)
Theorem driven_well_posed (W0 H0 : nat -> nat -> R) : exists W H,
  agree k d (W 0) W0 /\ agree d N (H 0) H0 /\ driven_flow W H /\
  forall W' H', agree k d (W' 0) W0 -> agree d N (H' 0) H0 -> driven_flow W' H' ->
    forall t, 0 <= t -> agree k d (W' t) (W t) /\ agree d N (H' t) (H t).
Proof.
  destruct (driven_exists W0 H0) as [W [H [EW [EH F]]]]. exists W, H.
  split; [intros i l _ _; apply EW|]. split; [intros l j _ _; apply EH|]. split; [exact F|].
  intros W' H' EW' EH' F'. apply (driven_unique k d N W' H' _ W H _ F' F).
  - intros T e _ He CW CH. apply (lipschitz R (span T) e (fun t => mul d (W' t) (H' t)) (fun t => mul d (W t) (H t)) He).
    intros i j Hi Hj. apply close_mul; auto.
  - intros i l Hi Hl. rewrite EW. apply EW'; assumption.
  - intros l j Hl Hj. rewrite EH. apply EH'; assumption.
Qed.
End Driven.

(* The weighted squared loss. *)
Section Weighted.
Variables (k d N : nat) (Z Om : nat -> nat -> R) (om : nat -> R).
Hypothesis diagonal : forall x j, (x < N)%nat -> (j < N)%nat -> Om x j = if Nat.eqb x j then om x else 0.
Hypothesis nonnegative : forall j, (j < N)%nat -> 0 <= om j.

Let drive (L : nat -> nat -> R) : nat -> nat -> R := mul N (fun i j => Z i j - L i j) Om.
Let supply : R := sum k (fun i => sum N (fun j => om j * Rsqr (Z i j) / 4)).

Lemma residual_lipschitz : lipschitz_drive k N drive.
Proof.
  intros X on e L L' He C i j Hi Hj. apply close_mul; [exact He| |intros; apply close_const, He]. intros x Hx.
  apply close_minus; [apply close_const, He | apply C; assumption].
Qed.

Lemma supply_nonnegative : 0 <= supply.
Proof.
  rewrite <- (sum_zero k). apply sum_le. intros i _. rewrite <- (sum_zero N). apply sum_le. intros j Hj.
  pose proof (nonnegative j Hj). pose proof (Rle_0_sqr (Z i j)). nra.
Qed.

Lemma residual_dissipative L : sum k (fun i => sum N (fun j => drive L i j * L i j)) <= supply.
Proof.
  apply sum_le. intros i _. apply sum_le. intros j Hj.
  assert (E : drive L i j = (Z i j - L i j) * om j).
  { unfold drive, mul. rewrite (sum_ext N _ (fun b => (Z i b - L i b) * om b * (if Nat.eqb j b then 1 else 0))).
    - apply (sum_delta N j (fun b => (Z i b - L i b) * om b) Hj).
    - intros b Hb. rewrite (diagonal b j Hb Hj), (Nat.eqb_sym j b). destruct (Nat.eqb b j); ring. }
  rewrite E. pose proof (nonnegative j Hj).
  assert (0 <= om j * Rsqr (Z i j - 2 * L i j)) by (apply Rmult_le_pos; [assumption | apply Rle_0_sqr]). unfold Rsqr in *. nra.
Qed.

Theorem flow_exists (W0 H0 : nat -> nat -> R) : exists W H,
  (forall i l, W 0 i l = W0 i l) /\ (forall l j, H 0 l j = H0 l j) /\ follows k d N W H (weighted_residual d N Z Om W H).
Proof. exact (driven_exists k d N drive supply residual_lipschitz residual_dissipative supply_nonnegative W0 H0). Qed.

Theorem flow_well_posed (W0 H0 : nat -> nat -> R) : exists W H,
  agree k d (W 0) W0 /\ agree d N (H 0) H0 /\ follows k d N W H (weighted_residual d N Z Om W H) /\
  forall W' H', agree k d (W' 0) W0 -> agree d N (H' 0) H0 -> follows k d N W' H' (weighted_residual d N Z Om W' H') ->
    forall t, 0 <= t -> agree k d (W' t) (W t) /\ agree d N (H' t) (H t).
Proof. exact (driven_well_posed k d N drive supply residual_lipschitz residual_dissipative supply_nonnegative W0 H0). Qed.
End Weighted.

(* The three equations have a solution from any start, for weights that are not negative and any targets. *)
Theorem reduced_exists m1 m2 Z1 Z2 w0 a0 b0 : 0 <= m1 -> 0 <= m2 ->
  exists w a b, solves m1 m2 Z1 Z2 w a b /\ w 0 = w0 /\ a 0 = a0 /\ b 0 = b0.
Proof.
  intros Hm1 Hm2. set (om := fun j : nat => match j with O => m1 | _ => m2 end).
  destruct (flow_exists 1 1 2 (fun _ j => match j with O => Z1 | _ => Z2 end)
    (fun x j => if Nat.eqb x j then om x else 0) om) with (W0 := fun _ _ : nat => w0)
    (H0 := fun _ j : nat => match j with O => a0 | _ => b0 end) as [W [H [EW [EH [FW FH]]]]].
  - reflexivity.
  - intros [|j] _; assumption.
  - exists (fun t => W t O O), (fun t => H t O O), (fun t => H t O 1%nat).
    split; [|split; [apply EW | split; apply EH]]. intros t Ht.
    pose proof (FW t O O Ht ltac:(lia) ltac:(lia)) as Dw. pose proof (FH t O O Ht ltac:(lia) ltac:(lia)) as Da.
    pose proof (FH t O 1%nat Ht ltac:(lia) ltac:(lia)) as Db.
    unfold weighted_residual, mul, tr, om in Dw, Da, Db. simpl in Dw, Da, Db.
    split; [|split]; [eapply is_derive_ext_value; [|exact Dw] | eapply is_derive_ext_value; [|exact Da] |
      eapply is_derive_ext_value; [|exact Db]]; ring.
Qed.

(* So they do from the scaled start, whose one point is this. *)
Theorem scaled_start_exists m1 m2 Z1 Z2 e : 0 <= m1 -> 0 <= m2 -> 0 < Z1 -> 0 < Z2 -> 0 < e ->
  exists w a b, solves m1 m2 Z1 Z2 w a b /\ starts e Z1 Z2 w a b.
Proof.
  intros Hm1 Hm2 H1 H2 He. set (q := Rsqr (e * Z1) + Rsqr (e * Z2)).
  assert (Hq : 0 < q).
  { pose proof (Rlt_0_sqr (e * Z1)). pose proof (Rlt_0_sqr (e * Z2)). unfold q.
    assert (0 < e * Z1) by (apply Rmult_lt_0_compat; assumption). assert (0 < e * Z2) by (apply Rmult_lt_0_compat; assumption). lra. }
  pose proof (sqrt_lt_R0 q Hq) as Hs. set (w0 := sqrt (sqrt q)).
  assert (Hw : 0 < w0) by (apply sqrt_lt_R0, Hs).
  assert (W4 : Rsqr w0 * Rsqr w0 = q) by (unfold w0; rewrite Rsqr_sqrt by lra; apply sqrt_sqrt; lra).
  destruct (reduced_exists m1 m2 Z1 Z2 w0 (e * Z1 / w0) (e * Z2 / w0) Hm1 Hm2) as [w [a [b [F [Ew [Ea Eb]]]]]].
  exists w, a, b. split; [exact F|]. unfold starts. rewrite Ew, Ea, Eb. repeat split; try assumption.
  - apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat|]; assumption.
  - apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat|]; assumption.
  - rewrite !Rsqr_div' . pose proof (Rsqr_pos_lt w0 ltac:(lra)).
    replace (Rsqr (e * Z1) / Rsqr w0 + Rsqr (e * Z2) / Rsqr w0) with (q / Rsqr w0) by (unfold q; field; lra).
    rewrite <- W4. field. lra.
  - field. lra.
  - field. lra.
Qed.
